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


def test_bytes_that_are_no_text_cost_their_row_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n1,x\n2,\xff\n3,\xc3,z\n4,q\n5,\xe8\x8c\n")
    sheet = open_sheet(path)
    (batch,) = sheet.read(sheet.names)
    assert list(batch.numbers) == [2, 3, 5, 6]
    assert batch.garbled == {3, 6}
    assert batch.columns.column("a").to_pylist() == ["1", "2", "4", "5"]
    assert sheet.torn == {4: "3,\\xc3,z"}
    (batch,) = sheet.read(["a"])
    assert batch.garbled == frozenset(), "what is not read harms nobody"


def test_a_letter_that_is_cut_in_two_by_a_block_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n" + "茶,1\n" * 1_000_000, encoding="utf-8")
    rows = 0
    for batch in open_sheet(path).read(["a"]):
        assert not batch.garbled
        assert set(batch.columns.column("a").to_pylist()) == {"茶"}
        rows += len(batch.numbers)
    assert rows == 1_000_000


def test_other_encodings_and_delimiters(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("货;量\n茶;1\n".encode("gb18030"))
    assert read_all(path, encoding="gb18030", delimiter=";") == [(2, ("茶", "1"))]


def test_parquet_is_known_by_what_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    pq.write_table(pa.table({"a": [1, None], "b": [0.5, 2.0]}), path)
    assert open_sheet(path).row_count == 2
    assert read_all(path, "b", "a") == [(1, (0.5, 1)), (2, (2.0, None))]


@pytest.mark.parametrize("content", [b"", b"PAR1 but not really", b"a,\xff\xfe\n1,2\n"])
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(Invalid, match=r"sheets\.unreadable"):
        read_all(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"sheets\.no_file"):
        open_sheet(tmp_path / "nothing.csv")
