"""Is a file SDMX, and in which of its formats? By its first bytes, whatever its name."""

from enum import StrEnum

from producers.sdmx.csv_reader import is_sdmx_csv

_MARK = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class SdmxFormat(StrEnum):
    """The formats that are read."""

    CSV = "SDMX-CSV"
    ML = "SDMX-ML"
    JSON = "SDMX-JSON"


def sdmx_format(data: bytes) -> SdmxFormat | None:
    """The format that a file begins like; None for one that is no SDMX (a csv file of another kind, a workbook)."""
    head = data[:4096].removeprefix(_MARK).lstrip()
    if is_sdmx_csv(head):
        return SdmxFormat.CSV
    if head.startswith(b"<") or data.startswith(_UTF_16):
        return SdmxFormat.ML
    return SdmxFormat.JSON if head.startswith(b"{") else None
