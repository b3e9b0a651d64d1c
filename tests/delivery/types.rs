//! A file's media type, where nginx names it.

use crate::shop::{OnSale, Shop};

#[test]
fn by_setting_nginx_names_the_type() {
    let files = [
        OnSale { id: "epub", name: "A.epub", bytes: b"1" },
        OnSale { id: "pdf", name: "A.pdf", bytes: b"2" },
        OnSale { id: "odd", name: "A.odd", bytes: b"3" },
    ];
    let settings =
        [("BOOKPLATE_DELIVERY__CONTENT_TYPE", "empty"), ("BOOKPLATE_DELIVERY__INTERNAL_PREFIX", "/a/b-c/")];
    let shop = Shop::open(bookplate::config::Backend::Nginx, &files, &settings);
    for (id, media_type) in
        [("epub", "application/epub+zip"), ("pdf", "application/pdf"), ("odd", "application/octet-stream")]
    {
        let reply = shop.ask("GET", id, &[]);
        assert_eq!((reply.status, reply.header("Content-Type")), (200, Some(media_type)), "{}", shop.logs());
    }
}
