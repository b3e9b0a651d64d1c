//! What a file is called.

use crate::shop::{OnSale, Shop};

/// The name of a file, and both forms of it in the header.
const NAMES: &[(&str, &str, &str)] = &[
    ("Two words.pdf", "Two words.pdf", "Two%20words.pdf"),
    ("It's \"quoted\".pdf", "It's _quoted_.pdf", "It%27s%20%22quoted%22.pdf"),
    ("100% sure.epub", "100_ sure.epub", "100%25%20sure.epub"),
    ("%2e%2e%2fpasswd.pdf", "_2e_2e_2fpasswd.pdf", "%252e%252e%252fpasswd.pdf"),
    ("Why? #1 + more.pdf", "Why? #1 + more.pdf", "Why%3F%20#1%20+%20more.pdf"),
    ("a;b=c&d,e.mobi", "a;b=c&d,e.mobi", "a%3Bb%3Dc&d%2Ce.mobi"),
    ("../up\\down.azw3", "_up_down.azw3", "_up_down.azw3"),
    ("Übung für Anfänger.pdf", "Ubung fur Anfanger.pdf", "%C3%9Cbung%20f%C3%BCr%20Anf%C3%A4nger.pdf"),
    ("紅樓夢.epub", "download.epub", "%E7%B4%85%E6%A8%93%E5%A4%A2.epub"),
    ("الأيام.pdf", "download.pdf", "%D8%A7%D9%84%D8%A3%D9%8A%D8%A7%D9%85.pdf"),
    ("Comics 📚🎉.cbz", "Comics _.cbz", "Comics%20%F0%9F%93%9A%F0%9F%8E%89.cbz"),
    ("no extension", "no extension", "no%20extension"),
];

/// The media types of the names' extensions.
const TYPES: &[(&str, &str)] = &[
    (".pdf", "application/pdf"),
    (".epub", "application/epub+zip"),
    (".mobi", "application/x-mobipocket-ebook"),
    (".azw3", "application/vnd.amazon.mobi8-ebook"),
    (".cbz", "application/vnd.comicbook+zip"),
    ("", "application/octet-stream"),
];

#[test]
fn a_book_of_any_name_arrives_under_its_name_with_its_type() {
    let ids: Vec<String> = (0..NAMES.len()).map(|number| format!("file{number}")).collect();
    let bytes: Vec<Vec<u8>> =
        NAMES.iter().map(|(name, ..)| format!("The text of {name}").into_bytes()).collect();
    let files: Vec<OnSale<'_>> = NAMES
        .iter()
        .zip(ids.iter().zip(&bytes))
        .map(|((name, ..), (id, bytes))| OnSale { id, name, bytes })
        .collect();
    Shop::each(&files, |shop| {
        for (file, (name, plain, extended)) in files.iter().zip(NAMES) {
            let reply = shop.ask("GET", file.id, &[]);
            assert_eq!(reply.status, 200, "{:?}: {name}", shop.backend);
            assert!(reply.body == file.bytes, "{:?}: {name}", shop.backend);
            let expected = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{extended}");
            assert_eq!(
                reply.header("Content-Disposition"),
                Some(expected.as_str()),
                "{:?}: {name}",
                shop.backend
            );
            let media_type = TYPES.iter().find(|(ending, _)| name.ends_with(ending)).unwrap().1;
            assert_eq!(reply.header("Content-Type"), Some(media_type), "{:?}: {name}", shop.backend);
        }
    });
}

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
