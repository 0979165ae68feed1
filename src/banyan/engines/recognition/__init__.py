"""Reads what is in pictures: text, codes, and the fields of papers and cards."""

from banyan.engines.recognition.codes import SeenCode, read_codes
from banyan.engines.recognition.crop import Crop, crop_picture
from banyan.engines.recognition.papers import (
    parse_bankcard,
    parse_business_licence,
    parse_driving_licence,
    parse_idcard,
    parse_plate,
    parse_vehicle_licence,
)
from banyan.engines.recognition.picture import PICTURE_BYTES_MAX, BadPicture, Point, TooLarge
from banyan.engines.recognition.reader import READER, Busy, Line, Reading

__all__ = (
    "PICTURE_BYTES_MAX",
    "READER",
    "BadPicture",
    "Busy",
    "Crop",
    "Line",
    "Point",
    "Reading",
    "SeenCode",
    "TooLarge",
    "crop_picture",
    "parse_bankcard",
    "parse_business_licence",
    "parse_driving_licence",
    "parse_idcard",
    "parse_plate",
    "parse_vehicle_licence",
    "read_codes",
)
