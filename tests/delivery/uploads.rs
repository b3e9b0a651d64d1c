//! A tus client that is not ours, through each web server with the printed configuration.

use std::fs;

use bookplate::accounts::AccountId;
use bookplate::catalog::{Book, BookFile, NewBook};
use bookplate::config::Backend;
use bookplate::db::schema::{accounts, cover_images};
use bookplate::ids::{Token, hex};
use bookplate::money::{Currency, Money};
use bookplate::publishing::release::draft_edition;
use bookplate::uploads::UploadKey;
use diesel::prelude::*;
use sha2::{Digest as _, Sha256};

use crate::pdf::pdf;
use crate::servers::run;
use crate::shop::{Shop, Way};

const CLIENT: &str = include_str!("tus_client.py");

/// The most memory that the shop may take besides its own program, in kilobytes.
const MEMORY: u64 = 60_000;

/// A title of the shop's publisher, and a key for it.
fn a_title(shop: &Shop) -> (Book, Token) {
    let now = chrono::DateTime::UNIX_EPOCH.naive_utc() + chrono::TimeDelta::days(20_000);
    let made: QueryResult<(Book, Token)> = shop.db.write_blocking(move |conn| {
        let publisher = accounts::table.filter(accounts::role.eq("publisher"));
        let publisher: AccountId = publisher.select(accounts::id).first(conn)?;
        diesel::update(accounts::table.find(publisher))
            .set(accounts::email_confirmed_at.eq(now))
            .execute(conn)?;
        let book = Book::create(conn, &NewBook::new("Emma", Money::new(499, Currency::EUR), publisher), now)?;
        let key = UploadKey::create(conn, book.id, publisher, now)?.unwrap();
        Ok((book, key))
    });
    made.unwrap()
}

/// The most memory that the program has ever held, in kilobytes.
fn peak(shop: &Shop) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", shop.app.id())).unwrap();
    let kilobytes = |name: &str| -> u64 {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    };
    // The pages of the program itself are no memory that an upload takes, and many without optimisation.
    kilobytes("VmHWM:") - kilobytes("RssFile:")
}

/// `BOOKPLATE_TEST_UPLOAD_MIB` makes the file larger, for a look by hand.
#[test]
fn a_tus_client_that_is_not_ours_uploads_through_each_web_server_over_broken_connections() {
    let python = std::env::var("BOOKPLATE_TEST_STRIPE_PYTHON")
        .expect("BOOKPLATE_TEST_STRIPE_PYTHON must name the Python that has tuspy; scripts/test sets it");
    let mib: u64 = std::env::var("BOOKPLATE_TEST_UPLOAD_MIB").map_or(24, |mib| mib.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("Emma.txt");
    let block: Vec<u8> =
        (0..1_u32 << 18).flat_map(|number| number.wrapping_mul(0x9e37_79b9).to_le_bytes()).collect();
    let (mut hash, mut text) = (Sha256::new(), fs::File::create(&file).unwrap());
    for number in 0..mib {
        for bytes in [&number.to_le_bytes()[..], &block[8..]] {
            std::io::Write::write_all(&mut text, bytes).unwrap();
            hash.update(bytes);
        }
    }
    let sha256 = hex(&hash.finalize());
    Shop::each(&[], |shop| {
        let (book, key) = a_title(shop);
        let endpoint = format!("http://{}/publish/uploads/{}", shop.address, book.public_id);
        let chunk = ((mib << 20) / 8).to_string();
        let said = run(&python, |command| {
            command.args(["-c", CLIENT, &endpoint, key.secret()]).arg(&file).arg(&chunk);
        });
        let _ = fs::remove_file(folder.path().join("Emma.txt.urls"));
        let told = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert!(
            said.status.success(),
            "{:?}: {}{}\n{}",
            shop.backend,
            told(&said.stdout),
            told(&said.stderr),
            shop.logs()
        );
        let file: QueryResult<BookFile> = shop.db.read_blocking(|conn| {
            let edition = draft_edition(conn, book.id)?.unwrap();
            Ok(BookFile::of_edition(conn, edition.id)?.remove(0))
        });
        let file = file.unwrap();
        assert_eq!((file.file_name.as_str(), file.sha256.as_str()), ("Emma.txt", sha256.as_str()));
        let memory = peak(shop);
        eprintln!(
            "{:?}: {mib} MiB, {memory} kB of memory at most; {}",
            shop.backend,
            told(&said.stdout).trim()
        );
        assert!(memory < MEMORY, "{:?}: {memory} kB of memory", shop.backend);
    });
}

#[test]
fn a_pdf_on_its_way_into_a_bucket_gets_its_cover_from_its_first_page() {
    let python = std::env::var("BOOKPLATE_TEST_STRIPE_PYTHON")
        .expect("BOOKPLATE_TEST_STRIPE_PYTHON must name the Python that has tuspy; scripts/test sets it");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("Emma.pdf");
    fs::write(&file, pdf(1)).unwrap();
    let shop = Shop::open(Way::S3(Backend::Builtin), &[], &[]);
    let (book, key) = a_title(&shop);
    let endpoint = format!("http://{}/publish/uploads/{}", shop.address, book.public_id);
    let said = run(&python, |command| {
        command.args(["-c", CLIENT, &endpoint, key.secret()]).arg(&file).arg("64");
    });
    assert!(said.status.success(), "{}\n{}", String::from_utf8_lossy(&said.stderr), shop.logs());

    let pictures: QueryResult<Vec<(String, i64)>> = shop.db.read_blocking(|conn| {
        cover_images::table.select((cover_images::storage_key, cover_images::byte_length)).load(conn)
    });
    let pictures = pictures.unwrap();
    assert!(!pictures.is_empty(), "no cover was painted\n{}", shop.logs());
    for (key, length) in pictures {
        let stored = shop.store_folder().join(&key);
        assert_eq!(fs::metadata(stored).unwrap().len(), u64::try_from(length).unwrap(), "{key}");
    }
    let waiting = fs::read_dir(shop.folder().join("data/store/.incoming")).unwrap();
    assert_eq!(waiting.count(), 0, "nothing of it is left on the way");
}
