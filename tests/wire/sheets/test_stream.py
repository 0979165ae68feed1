"""Large files: read in batches with the numbers of their rows, torn rows told apart."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from banyan.base.errors import Invalid
from banyan.wire.sheets.stream import open_sheet


def read_all(path: Path, *names: str, **options: str) -> list[tuple[int, tuple[object, ...]]]:
    sheet = open_sheet(path, **options)
    rows: list[tuple[int, tuple[object, ...]]] = []
    for batch in sheet.read(names or sheet.names):
        cells = zip(*(column.to_pylist() for column in batch.columns.columns), strict=True)
        rows += zip(batch.numbers, cells, strict=True)
    return rows


def test_csv_is_text_and_its_rows_count_from_the_heading(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('a,b\n1,"x\ny"\n\n01,z\n', encoding="utf-8-sig")
    assert read_all(path) == [(2, ("1", "x\ny")), (3, ("", "")), (4, ("01", "z"))]
    assert read_all(path, "b") == [(2, ("x\ny",)), (3, ("",)), (4, ("z",))]


def test_torn_rows_keep_their_number_and_harm_no_other(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1\n2,x\n3,y,z\n4,q\n")
    assert read_all(path) == [(3, ("2", "x")), (5, ("4", "q"))]
    sheet = open_sheet(path)
    assert len(list(sheet.read(["a"]))) == 1
    assert sheet.torn == {2: "1", 4: "3,y,z"}


def test_other_encodings_and_delimiters(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("货;量\n茶;1\n".encode("gb18030"))
    assert read_all(path, encoding="gb18030", delimiter=";") == [(2, ("茶", "1"))]


def test_parquet_is_known_by_what_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    pq.write_table(pa.table({"a": [1, None], "b": [0.5, 2.0]}), path)
    assert open_sheet(path).row_count == 2
    assert read_all(path, "b", "a") == [(1, (0.5, 1)), (2, (2.0, None))]


@pytest.mark.parametrize("content", [b"", b"PAR1 but not really", b"a,b\n1,\xff\xfe\n"])
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(Invalid, match=r"sheets\.unreadable"):
        read_all(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"sheets\.no_file"):
        open_sheet(tmp_path / "nothing.csv")
