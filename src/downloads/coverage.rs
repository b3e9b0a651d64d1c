//! Which bytes of a file someone has had, however many requests it took.

use std::fmt::{self, Write as _};
use std::ops::Range;
use std::str::FromStr;

/// More pieces than this are not kept apart: the smallest is forgotten, which never makes a download look whole.
const MOST: usize = 256;

/// A set of bytes of one file. As text: `0-99,200-299`, ends included, as in a `Range` header.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// In order; none of them overlaps or touches another one.
    pieces: Vec<Range<u64>>,
}

impl Coverage {
    /// Adds `piece`; an empty one changes nothing.
    pub fn add(&mut self, piece: Range<u64>) {
        if piece.is_empty() {
            return;
        }
        let mut joined = piece;
        self.pieces.retain(|one| {
            let touches = one.start <= joined.end && joined.start <= one.end;
            if touches {
                joined = one.start.min(joined.start)..one.end.max(joined.end);
            }
            !touches
        });
        let place = self.pieces.partition_point(|one| one.start < joined.start);
        self.pieces.insert(place, joined);
        if self.pieces.len() > MOST {
            let smallest = self.pieces.iter().enumerate().min_by_key(|(_, one)| one.end - one.start);
            if let Some(place) = smallest.map(|(place, _)| place) {
                self.pieces.remove(place);
            }
        }
    }

    /// Whether all of a file of `length` bytes is in it; of an empty file, always.
    #[must_use]
    pub fn is_whole(&self, length: u64) -> bool {
        length == 0 || matches!(self.pieces.as_slice(), [one] if one.start == 0 && one.end >= length)
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, piece) in self.pieces.iter().enumerate() {
            if place > 0 {
                f.write_char(',')?;
            }
            write!(f, "{}-{}", piece.start, piece.end.saturating_sub(1))?;
        }
        Ok(())
    }
}

impl FromStr for Coverage {
    type Err = std::convert::Infallible;

    /// What can't be read counts as nothing.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut coverage = Self::default();
        for piece in text.split(',') {
            if let Some((first, last)) = piece.split_once('-')
                && let (Ok(first), Ok(last)) = (first.parse::<u64>(), last.parse::<u64>())
            {
                coverage.add(first..last.saturating_add(1));
            }
        }
        Ok(coverage)
    }
}

#[cfg(test)]
mod tests {
    use std::slice::from_ref;

    use super::*;

    fn of(pieces: &[Range<u64>]) -> Coverage {
        let mut coverage = Coverage::default();
        pieces.iter().for_each(|piece| coverage.add(piece.clone()));
        coverage
    }

    #[test]
    fn pieces_in_any_order_make_a_whole_when_no_byte_is_missing() {
        let sixteen: Vec<Range<u64>> = (0..16).rev().map(|number| number * 100..number * 100 + 100).collect();
        assert!(of(&sixteen).is_whole(1600));
        assert!(!of(&sixteen[1..]).is_whole(1600), "the last piece is missing");
        assert!(!of(&[0..800, 801..1600]).is_whole(1600), "one byte is missing");
        assert!(!of(&[0..900, 0..900]).is_whole(1600), "the same bytes twice are no more");
    }

    #[test]
    fn it_is_read_back_as_it_was_written() {
        let one = 0..1;
        for pieces in [&[][..], from_ref(&one), &[5..10, 20..30], &[20..30, 5..10, 9..21]] {
            let coverage = of(pieces);
            assert_eq!(coverage.to_string().parse(), Ok(coverage));
        }
        assert_eq!("nonsense,7,9-1,3-4".parse(), Ok(of(from_ref(&(3..5)))));
    }

    #[test]
    fn many_pieces_take_little_room_and_never_look_whole() {
        let odd: Vec<Range<u64>> = (0..5000).map(|number| number * 10..number * 10 + 9).collect();
        let coverage = of(&odd);
        assert!(coverage.pieces.len() <= MOST && !coverage.is_whole(50_000));
    }
}
