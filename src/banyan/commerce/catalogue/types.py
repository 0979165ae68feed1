"""The nouns of the catalogue: categories, products, their variants (SKUs), pictures and prices."""

from datetime import datetime
from typing import Annotated

import msgspec

from banyan.base.ids import NONE, Id
from banyan.base.money import Fen
from banyan.base.text import Name, OptionalName, Text
from banyan.books.journal import Event
from banyan.parties.merchants import MerchantId

CATEGORIES_MAX = 500
VARIANTS_MAX = 100
PICTURES_MAX = 9
PICTURE_BYTES_MAX = 4 * 1024 * 1024
PICTURE_SIDE_MAX = 8_000
PRICES_MAX = 1_000
"""Most prices of a store that one command sets."""
POSITION_MAX = 1_000_000

_CODE = (
    r"^(?!\s)[^\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]*"
    r"(?<!\s)$(?!\n)"
)

GoodsCode = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=_CODE)]
"""The merchant's own number of a product or SKU, by which files and other programs name it."""
Barcode = Annotated[
    str, msgspec.Meta(min_length=4, max_length=48, pattern=r"^[0-9A-Za-z.+-]+$(?!\n)")
]
Position = Annotated[int, msgspec.Meta(ge=0, le=POSITION_MAX)]
"""Its place in a list; equals are in the order they were added."""
PictureName = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\.(png|jpg|webp)$(?!\n)")]
"""The digest of the picture's bytes, and what kind they are."""
Side = Annotated[int, msgspec.Meta(ge=1, le=PICTURE_SIDE_MAX)]


class CategoryId(Id):
    """A group of products, as a menu shows them."""


class ProductId(Id):
    """A thing for sale, in one or more variants."""


class SkuId(Id):
    """A variant of a product: what is priced, counted and sold."""


class Category(msgspec.Struct, frozen=True, kw_only=True):
    """A group of products."""

    merchant_id: MerchantId
    category_id: CategoryId
    name: Name
    position: Position


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """A picture of a product; `file` names it among the stored files."""

    file: PictureName
    width: Side
    height: Side


class SkuFacts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a merchant says about a variant."""

    price_fen: Fen
    variant: OptionalName = ""
    """What tells it from the product's other variants: `large`, `red, 42`."""
    code: GoodsCode | None = None
    """None: we make one."""
    barcode: Barcode | None = None
    is_tracked: bool = True
    """Whether its stock is counted; what is not can always be sold."""
    is_on_sale: bool = True
    position: Position = 0


class Sku(msgspec.Struct, frozen=True, kw_only=True):
    """A variant of a product."""

    sku_id: SkuId
    product_id: ProductId
    code: str
    variant: str
    barcode: str | None
    price_fen: int
    is_tracked: bool
    is_on_sale: bool
    position: int


class ProductFacts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a merchant says about a product."""

    name: Name
    code: GoodsCode | None = None
    """None: we make one, or keep the one it has."""
    category_id: CategoryId = CategoryId(NONE)
    """Zero: in no category."""
    description: Text = ""
    is_on_sale: bool = True
    position: Position = 0


class Product(msgspec.Struct, frozen=True, kw_only=True):
    """A thing for sale, with its variants and pictures."""

    merchant_id: MerchantId
    product_id: ProductId
    code: str
    name: str
    category_id: CategoryId
    description: str
    is_on_sale: bool
    position: int
    pictures: list[Picture]
    skus: list[Sku]
    created_at: datetime


class StorePrice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a store differs from the rest in one SKU; with the defaults it does not."""

    sku_id: SkuId
    price_fen: Fen | None = None
    """None: the price of all stores."""
    is_on_sale: bool = True


class SkuForSale(msgspec.Struct, frozen=True, gc=False):
    """A SKU at one store, as an order needs it."""

    sku_id: SkuId
    product_id: ProductId
    name: str
    variant: str
    unit_price_fen: int
    is_tracked: bool
    is_on_sale: bool
    """The product, the variant and this store all sell it."""


class ShelfSku(msgspec.Struct, frozen=True, gc=False):
    """A variant on the shelf of a store."""

    sku_id: SkuId
    variant: str
    price_fen: int
    is_tracked: bool


class ShelfProduct(msgspec.Struct, frozen=True):
    """A product on the shelf of a store, with the variants that the store sells."""

    product_id: ProductId
    category_id: CategoryId
    name: str
    pictures: list[Picture]
    skus: list[ShelfSku]


class ProductAdded(Event, frozen=True, kw_only=True, tag="catalogue.product_added"):
    """A merchant sells something new."""

    name: str
    sku_ids: list[SkuId]


class ProductChanged(Event, frozen=True, kw_only=True, tag="catalogue.product_changed"):
    """A product, one of its variants or its pictures is different now."""

    name: str
    is_on_sale: bool


class PricesSet(Event, frozen=True, kw_only=True, tag="catalogue.prices_set"):
    """A store has prices of its own."""

    sku_ids: list[SkuId]


class CatalogueImported(Event, frozen=True, kw_only=True, tag="catalogue.imported"):
    """A file of products was taken in."""

    products_created: int
    products_changed: int
    skus_created: int
    skus_changed: int
