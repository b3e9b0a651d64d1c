//! Large files on the disk, told by their hashes.

use std::io::{Read, Write};
use std::path::Path;

use sha2::{Digest as _, Sha256};

/// A file of so many MB in which no two places look alike, and its SHA-256.
pub fn a_file(path: &Path, megabytes: u64) -> Vec<u8> {
    let (mut file, mut hash) = (std::fs::File::create(path).unwrap(), Sha256::new());
    for number in 0..megabytes {
        let block: Vec<u8> = (0..125_000_u64)
            .flat_map(|place| (number * 125_000 + place).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes())
            .collect();
        file.write_all(&block).unwrap();
        hash.update(&block);
    }
    hash.finalize().to_vec()
}

/// The SHA-256 of the file there.
pub fn hash_of(path: &Path) -> Vec<u8> {
    let mut file = std::fs::File::open(path).unwrap();
    let mut hash = Sha256::new();
    let mut block = vec![0; 1 << 20];
    while let read @ 1.. = file.read(&mut block).unwrap() {
        hash.update(&block[..read]);
    }
    hash.finalize().to_vec()
}
