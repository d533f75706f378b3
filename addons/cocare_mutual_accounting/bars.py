"""Where the bars of a small chart go, in the units of its drawing.

Pure arithmetic: the template draws what it is told, and no library is loaded for it.

>>> chart = bars([(100, 50), (0, -20)], width=120, height=60)
>>> [[bar["height"] for bar in group["bars"]] for group in chart["groups"]]
[[50.0, 25.0], [0.0, 10.0]]
>>> chart["zero"], chart["top"], chart["bottom"]
(50.0, 100, -20)
>>> bars([], width=100, height=60)["groups"]
[]
"""

#: groups there is always room for, so that a month alone is no wall
LEAST = 6
#: part of a group that its bars take, the rest is the space between groups
FILLED = 0.76


def bars(groups, width, height):
    """Lay out groups of bars on one baseline; negative amounts hang below it.

    :param groups: list of tuples of amounts, all of one length
    :param width: of the drawing
    :param height: of the drawing
    :return: dict with ``groups`` (``middle`` and ``bars``: ``x``, ``y``, ``width``,
        ``height``), the ``y`` of ``zero``, and the amounts at ``top`` and ``bottom``
    """
    amounts = [amount for group in groups for amount in group]
    top, bottom = max([0, *amounts]), min([0, *amounts])
    unit = height / (top - bottom or 1)
    zero = round(top * unit, 2)
    step = width / max(len(groups), LEAST)
    laid_out = []
    for rank, group in enumerate(groups):
        bar_width = step * FILLED / len(group)
        left = step * rank + step * (1 - FILLED) / 2
        laid_out.append(
            {
                "middle": round(step * (rank + 0.5), 2),
                "bars": [
                    {
                        "x": round(left + bar_width * place, 2),
                        "y": round(zero - max(amount, 0) * unit, 2),
                        "width": round(bar_width, 2),
                        "height": round(abs(amount) * unit, 2),
                    }
                    for place, amount in enumerate(group)
                ],
            }
        )
    return {"groups": laid_out, "zero": zero, "top": top, "bottom": bottom}
