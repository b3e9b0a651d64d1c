//! Bookplate: a self-hosted shop for ebooks whose files reach only the people who may have them.
//!
//! `ARCHITECTURE.md` is the map.

pub mod accounts;
pub mod admin;
pub mod app;
pub mod catalog;
pub mod checkout;
pub mod cli;
pub mod clock;
pub mod config;
pub mod country;
pub mod db;
pub mod delivery;
pub mod demo;
pub mod doctor;
pub mod downloads;
pub mod file_name;
pub mod front;
pub mod gifts;
pub mod ids;
pub mod inspection;
pub mod jobs;
pub mod library;
pub mod mail;
pub mod money;
pub mod orders;
pub mod payments;
pub mod permission;
pub mod pricing;
pub mod publishing;
pub mod shop;
pub mod storage;
pub mod uploads;
pub mod web;
pub mod withdrawals;
