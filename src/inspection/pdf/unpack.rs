//! Streams without their packing (ISO 32000-2 §7.4.4).

use std::io::Read as _;

use super::document::Damage;
use super::object::{Dict, Object};

/// The most bytes of an unpacked table or stream of objects.
pub(super) const LONGEST: u64 = 48 << 20;

/// The bytes of a stream, whose dictionary says how they are packed: plainly or by Flate.
pub(super) fn unpack(raw: Vec<u8>, dict: &Dict) -> Result<Vec<u8>, Damage> {
    let first = |object: Option<&Object>| match object {
        Some(Object::Array(items)) if items.len() <= 1 => items.first().cloned(),
        other => other.cloned(),
    };
    let bytes = match first(dict.get(b"Filter".as_slice())) {
        None | Some(Object::Null) => raw,
        Some(filter) if filter.is_name(b"FlateDecode") || filter.is_name(b"Fl") => {
            let mut bytes = Vec::new();
            let mut decoder = flate2::read::ZlibDecoder::new(raw.as_slice()).take(LONGEST + 1);
            // Some programs leave the checksum out: what came before it counts.
            if decoder.read_to_end(&mut bytes).is_err() && bytes.is_empty() {
                return Err(Damage::Broken);
            }
            bytes
        }
        Some(_) => return Err(Damage::Broken),
    };
    if bytes.len() as u64 > LONGEST {
        return Err(Damage::Broken);
    }
    match first(dict.get(b"DecodeParms".as_slice())) {
        Some(Object::Dict(parameters)) => predicted(bytes, &parameters),
        _ => Ok(bytes),
    }
}

/// Undoes PNG's predictors, row by row (ISO 32000-2 §7.4.4.4).
fn predicted(bytes: Vec<u8>, parameters: &Dict) -> Result<Vec<u8>, Damage> {
    let number = |key: &[u8], default: i64| parameters.get(key).and_then(Object::as_int).unwrap_or(default);
    if number(b"Predictor", 1) < 10 {
        return if number(b"Predictor", 1) == 1 { Ok(bytes) } else { Err(Damage::Broken) };
    }
    let bits = number(b"Colors", 1).saturating_mul(number(b"BitsPerComponent", 8));
    let columns = number(b"Columns", 1);
    if !(1..=64).contains(&bits) || !(1..=65_536).contains(&columns) {
        return Err(Damage::Broken);
    }
    let size = usize::try_from((bits * columns + 7) / 8).map_err(|_| Damage::Broken)?;
    let step = usize::try_from((bits + 7) / 8).map_err(|_| Damage::Broken)?;
    let mut whole = Vec::with_capacity(bytes.len());
    let mut above = vec![0_u8; size];
    for line in bytes.chunks(size + 1) {
        let Some((&kind, line)) = line.split_first() else { break };
        let mut row: Vec<u8> = Vec::with_capacity(size);
        for (at, &byte) in line.iter().enumerate() {
            let left = at.checked_sub(step).and_then(|at| row.get(at)).copied().unwrap_or_default();
            let up = above.get(at).copied().unwrap_or_default();
            let corner = at.checked_sub(step).and_then(|at| above.get(at)).copied().unwrap_or_default();
            let guess = match kind {
                0 => 0,
                1 => left,
                2 => up,
                3 => u8::try_from(u16::midpoint(u16::from(left), u16::from(up))).unwrap_or_default(),
                4 => paeth(left, up, corner),
                _ => return Err(Damage::Broken),
            };
            row.push(byte.wrapping_add(guess));
        }
        whole.extend_from_slice(&row);
        row.resize(size, 0);
        above = row;
    }
    Ok(whole)
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let (a, b, c) = (i16::from(left), i16::from(up), i16::from(corner));
    let guess = a + b - c;
    let (to_a, to_b, to_c) = ((guess - a).abs(), (guess - b).abs(), (guess - c).abs());
    if to_a <= to_b && to_a <= to_c {
        left
    } else if to_b <= to_c {
        up
    } else {
        corner
    }
}
