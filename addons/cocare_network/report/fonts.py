from odoo.tools import file_path

FONTS = {
    "normal": "web/static/fonts/google/Open_Sans/Open_Sans-Regular.ttf",
    "bold": "web/static/fonts/google/Open_Sans/Open_Sans-Bold.ttf",
    "italic": "web/static/fonts/google/Open_Sans/Open_Sans-Italic.ttf",
    "boldItalic": "web/static/fonts/google/Open_Sans/Open_Sans-BoldItalic.ttf",
}


def font_files():
    """The fonts of the suite's documents, which Odoo ships.

    :return: ``{style: path}`` for ``pdf_layout.register``
    """
    return {style: file_path(path) for style, path in FONTS.items()}
