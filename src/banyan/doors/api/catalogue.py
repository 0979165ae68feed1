"""The API of the catalogue: products, variants, categories, pictures, prices, files."""

from banyan.commerce.catalogue import (
    PICTURE_BYTES_MAX,
    add_category,
    add_picture,
    add_product,
    add_sku,
    arrange_pictures,
    change_category,
    change_product,
    change_sku,
    find_product,
    list_categories,
    list_products,
    list_store_prices,
    read_product,
    remove_category,
    set_store_prices,
    switch_sale,
)
from banyan.doors.http import Route
from banyan.doors.papers.goods_files import (
    BODY_BYTES_MAX,
    download_goods,
    export_goods,
    import_goods,
    read_goods_template,
    render_csv,
)

_TAGS = ("catalogue",)
_CSV = "text/csv; charset=utf-8"
_MERCHANT = "/v1/merchants/{merchant_id}"
_PRODUCT = f"{_MERCHANT}/products/{{product_id}}"
_picture_body_max = PICTURE_BYTES_MAX * 4 // 3 + 1_000
"""Base64 makes four bytes of three."""

_products = (
    Route(
        "POST",
        f"{_MERCHANT}/products",
        add_product,
        summary="Add a product with its variants",
        status=201,
        tags=_TAGS,
    ),
    Route("GET", f"{_MERCHANT}/products", list_products, summary="Find products", tags=_TAGS),
    Route("GET", _PRODUCT, read_product, summary="Read a product", tags=_TAGS),
    Route(
        "PUT",
        _PRODUCT,
        change_product,
        summary="Replace what is said about a product",
        tags=_TAGS,
    ),
    Route(
        "POST",
        f"{_PRODUCT}/skus",
        add_sku,
        summary="Add a variant to a product",
        status=201,
        tags=_TAGS,
    ),
    Route(
        "PUT",
        f"{_MERCHANT}/skus/{{sku_id}}",
        change_sku,
        summary="Replace what is said about a variant",
        tags=_TAGS,
    ),
    Route(
        "POST",
        f"{_MERCHANT}/products/sale",
        switch_sale,
        summary="Put products on sale or take them off",
        tags=_TAGS,
    ),
    Route(
        "GET",
        f"{_MERCHANT}/labels/{{label}}",
        find_product,
        summary="Find the variant with a barcode or code",
        tags=_TAGS,
    ),
    Route(
        "POST",
        f"{_PRODUCT}/pictures",
        add_picture,
        summary="Add a picture to a product",
        status=201,
        tags=_TAGS,
        body_bytes_max=_picture_body_max,
    ),
    Route(
        "PUT",
        f"{_PRODUCT}/pictures",
        arrange_pictures,
        summary="Order and remove a product's pictures",
        tags=_TAGS,
    ),
)
_categories = (
    Route(
        "GET",
        f"{_MERCHANT}/categories",
        list_categories,
        summary="List a merchant's categories",
        tags=_TAGS,
    ),
    Route(
        "POST",
        f"{_MERCHANT}/categories",
        add_category,
        summary="Add a category",
        status=201,
        tags=_TAGS,
    ),
    Route(
        "PUT",
        f"{_MERCHANT}/categories/{{category_id}}",
        change_category,
        summary="Rename or move a category",
        tags=_TAGS,
    ),
    Route(
        "DELETE",
        f"{_MERCHANT}/categories/{{category_id}}",
        remove_category,
        summary="Remove an empty category",
        tags=_TAGS,
    ),
)
_prices = (
    Route(
        "GET",
        f"{_MERCHANT}/stores/{{store_id}}/prices",
        list_store_prices,
        summary="List how a store's prices differ",
        tags=_TAGS,
    ),
    Route(
        "PUT",
        f"{_MERCHANT}/stores/{{store_id}}/prices",
        set_store_prices,
        summary="Set prices of a store",
        tags=_TAGS,
    ),
)
_files = (
    Route(
        "POST",
        f"{_MERCHANT}/catalogue/imports",
        import_goods,
        summary="Import a file of products, or try it",
        tags=_TAGS,
        body_bytes_max=BODY_BYTES_MAX,
    ),
    Route(
        "GET",
        f"{_MERCHANT}/catalogue/export",
        export_goods,
        summary="Export the catalogue",
        tags=_TAGS,
    ),
    Route(
        "GET",
        f"{_MERCHANT}/catalogue/export.csv",
        download_goods,
        summary="Download the catalogue as a CSV file",
        tags=_TAGS,
        render=render_csv,
        media_type=_CSV,
    ),
    Route(
        "GET",
        "/v1/catalogue/template.csv",
        read_goods_template,
        summary="Download an example of a file of products",
        tags=_TAGS,
        render=render_csv,
        media_type=_CSV,
    ),
)

ROUTES = (*_products, *_categories, *_prices, *_files)
