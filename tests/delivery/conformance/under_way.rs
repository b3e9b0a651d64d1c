//! Large files while they are sent.

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::sent_on;
use super::walk::Walk;

/// The files that this room asks for.
pub const IDS: [&str; 2] = ["sent-large", "sent-cut"];

pub fn walk(walk: &mut Walk) {
    let [large, cut] = IDS;
    five_gigabytes_begin(walk, large);
    a_file_cut_short_breaks_the_download_off(walk, cut);
}

/// The whole of it begins; nobody waits for its end.
fn five_gigabytes_begin(walk: &mut Walk, id: &str) {
    walk.shop.make_longer(id, 5 << 30);
    let mut begun = begin(walk, id);
    let mut start = vec![0; 1 << 20];
    begun.read_exact(&mut start).unwrap();
    let text = String::from_utf8_lossy(&start);
    let is_begun = text.starts_with("HTTP/1.1 200") && text.contains("5368709120\r\n");
    if !is_begun || !text.contains("All the words") {
        walk.wrong(format!("5 GB begin with {:?}", text.chars().take(1000).collect::<String>()));
    }
}

/// What is under way comes still; the promised length never does, and the reader isn't left waiting for it.
fn a_file_cut_short_breaks_the_download_off(walk: &mut Walk, id: &str) {
    const SIZE: u64 = 256 << 20;
    walk.shop.make_longer(id, SIZE);
    let mut begun = begin(walk, id);
    let mut block = vec![0; 64 * 1024];
    begun.read_exact(&mut block).unwrap();
    if !block.starts_with(b"HTTP/1.1 200") {
        walk.wrong("a file that is going to be cut short isn't sent".to_owned());
    }
    File::options().write(true).open(walk.shop.stored_path(id)).unwrap().set_len(1 << 20).unwrap();
    let mut sum = block.len() as u64;
    block.resize(1 << 20, 0);
    let why = loop {
        match begun.read(&mut block) {
            Ok(0) => break None,
            Ok(read) => sum += read as u64,
            Err(error) if error.kind() == ErrorKind::ConnectionReset => break None,
            Err(error) => break Some(format!("a download that hangs: {error}")),
        }
    };
    if let Some(why) = why {
        walk.wrong(format!("a file cut short: {why} after {sum} bytes"));
    }
    if sum >= SIZE {
        walk.wrong(format!("a file cut short: {sum} bytes, as if nothing had happened"));
    }
}

/// Asks for a file on a connection of its own, and leaves the answer unread.
fn begin(walk: &mut Walk, id: &str) -> TcpStream {
    let (mut server, mut target) = (walk.shop.address, format!("/download/{id}"));
    let cookie = walk.shop.cookie.clone();
    if walk.is_sent_on() {
        let sent = walk.ask_as(&cookie, "GET", &target, &[]);
        (server, target) = (walk.shop.service.as_ref().unwrap().address, sent_on::target(&walk.shop, &sent));
    }
    let mut stream = TcpStream::connect(server).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    write!(
        stream,
        "GET {target} HTTP/1.1\r\nHost: {server}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    stream
}
