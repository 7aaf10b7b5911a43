"""二维码: an address as a picture, drawn here on the server as SVG; no address is told to anybody for it."""

from io import BytesIO

from flask import Response


def picture(address: str) -> Response:
    """The QR code of an address, with the quiet zone around it that cameras want."""
    import segno  # only who asks for a picture waits for its library

    drawn = BytesIO()
    segno.make_qr(address, error="m").save(drawn, kind="svg", border=4, omitsize=True, xmldecl=False)
    return Response(drawn.getvalue(), mimetype="image/svg+xml")
