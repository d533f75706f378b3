"""The archive of what is held of a person: JSON for machines, a table each to read.

Pure: no Odoo here.
"""

import io
import json
import zipfile

from .spreadsheet import table


def archive(data):
    """Zip the data of a person.

    :param dict data: ``{name: list of dicts of texts}``
    :return: bytes

    >>> content = archive({"contact": [{"Name": "Léna"}], "leads": []})
    >>> zipfile.ZipFile(io.BytesIO(content)).namelist()
    ['data.json', 'contact.csv']
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("data.json", json.dumps(data, ensure_ascii=False, indent=2))
        for name, rows in data.items():
            if rows:
                header = list(rows[0])
                zipped.writestr(
                    f"{name}.csv",
                    table(header, [[row[key] for key in header] for row in rows]),
                )
    return buffer.getvalue()
