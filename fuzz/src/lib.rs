//! The shop's own files, and nothing else of it: so a target is built in a minute.
#![allow(dead_code, private_interfaces, unused_imports, reason = "the shop uses more of them")]

pub mod delivery;
#[path = "../../src/file_name.rs"]
pub mod file_name;
