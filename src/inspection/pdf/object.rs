//! The objects of a PDF and their syntax (ISO 32000-2 §7.3).

use std::collections::BTreeMap;

/// How deep objects may lie in each other.
const DEPTH: usize = 48;

/// A dictionary; the last of two equal keys counts.
pub(super) type Dict = BTreeMap<Vec<u8>, Object>;

/// An object.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Object {
    Null,
    Bool(bool),
    Int(i64),
    /// As it is written.
    Real(Vec<u8>),
    /// Without its slash, `#` undone.
    Name(Vec<u8>),
    /// Its bytes.
    Text(Vec<u8>),
    Array(Vec<Object>),
    Dict(Dict),
    /// Another object, by its number.
    Ref(u32),
}

/// Why no object could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bad {
    /// The bytes end before it does.
    Short,
    /// It breaks the syntax.
    Syntax,
}

impl Object {
    pub(super) fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(*number),
            _ => None,
        }
    }

    pub(super) fn is_name(&self, name: &[u8]) -> bool {
        matches!(self, Self::Name(own) if own == name)
    }

    /// Writes it as a PDF does.
    pub(super) fn write(&self, to: &mut Vec<u8>) {
        match self {
            Self::Null => to.extend_from_slice(b"null"),
            Self::Bool(yes) => to.extend_from_slice(if *yes { b"true" } else { b"false" }),
            Self::Int(number) => to.extend_from_slice(number.to_string().as_bytes()),
            Self::Real(digits) => to.extend_from_slice(digits),
            Self::Name(name) => write_name(name, to),
            Self::Text(bytes) => {
                to.push(b'<');
                to.extend_from_slice(crate::ids::hex(bytes).as_bytes());
                to.push(b'>');
            }
            Self::Array(items) => {
                to.push(b'[');
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        to.push(b' ');
                    }
                    item.write(to);
                }
                to.push(b']');
            }
            Self::Dict(dict) => write_dict(dict, to),
            Self::Ref(number) => to.extend_from_slice(format!("{number} 0 R").as_bytes()),
        }
    }
}

/// Writes a dictionary.
pub(super) fn write_dict(dict: &Dict, to: &mut Vec<u8>) {
    to.extend_from_slice(b"<<");
    for (key, value) in dict {
        write_name(key, to);
        to.push(b' ');
        value.write(to);
        to.push(b'\n');
    }
    to.extend_from_slice(b">>");
}

fn write_name(name: &[u8], to: &mut Vec<u8>) {
    to.push(b'/');
    for &byte in name {
        if byte.is_ascii_graphic() && !is_delimiter(byte) && byte != b'#' {
            to.push(byte);
        } else {
            to.extend_from_slice(format!("#{byte:02X}").as_bytes());
        }
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !is_delimiter(byte)
}

/// Reads objects out of bytes.
#[derive(Debug, Clone)]
pub(super) struct Parser<'b> {
    bytes: &'b [u8],
    /// Where it is.
    pub(super) at: usize,
    /// How many objects it may still make.
    left: usize,
}

impl<'b> Parser<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, at: 0, left: 400_000 }
    }

    fn peek(&self) -> Result<u8, Bad> {
        self.bytes.get(self.at).copied().ok_or(Bad::Short)
    }

    /// Goes past white space and comments.
    pub(super) fn skip(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            if byte == b'%' {
                while self.bytes.get(self.at).is_some_and(|byte| !matches!(byte, 10 | 13)) {
                    self.at += 1;
                }
            } else if is_space(byte) {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    /// Goes past `word` if it is next.
    pub(super) fn word(&mut self, word: &[u8]) -> bool {
        self.skip();
        let is_there = self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(word));
        if is_there {
            self.at += word.len();
        }
        is_there
    }

    /// A run of regular signs.
    fn token(&mut self) -> Result<&'b [u8], Bad> {
        let from = self.at;
        while is_regular(self.peek()?) {
            self.at += 1;
        }
        self.bytes.get(from..self.at).ok_or(Bad::Short)
    }

    /// A whole number, without a sign.
    pub(super) fn number(&mut self) -> Result<u64, Bad> {
        self.skip();
        let from = self.at;
        while self.peek()?.is_ascii_digit() {
            self.at += 1;
        }
        let digits = self.bytes.get(from..self.at).unwrap_or_default();
        std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()).ok_or(Bad::Syntax)
    }

    /// The next object.
    pub(super) fn object(&mut self) -> Result<Object, Bad> {
        self.nested(0)
    }

    fn nested(&mut self, depth: usize) -> Result<Object, Bad> {
        self.left = self.left.checked_sub(1).ok_or(Bad::Syntax)?;
        if depth > DEPTH {
            return Err(Bad::Syntax);
        }
        self.skip();
        match self.peek()? {
            b'/' => self.name().map(Object::Name),
            b'(' => self.literal().map(Object::Text),
            b'[' => {
                self.at += 1;
                let mut items = Vec::new();
                loop {
                    self.skip();
                    if self.peek()? == b']' {
                        self.at += 1;
                        return Ok(Object::Array(items));
                    }
                    items.push(self.nested(depth + 1)?);
                }
            }
            b'<' => {
                if self.bytes.get(self.at + 1).copied().ok_or(Bad::Short)? == b'<' {
                    self.at += 2;
                    self.dict(depth).map(Object::Dict)
                } else {
                    self.hexadecimal().map(Object::Text)
                }
            }
            b'0'..=b'9' | b'+' | b'-' | b'.' => self.numeric(),
            _ => match self.token()? {
                b"true" => Ok(Object::Bool(true)),
                b"false" => Ok(Object::Bool(false)),
                b"null" => Ok(Object::Null),
                _ => Err(Bad::Syntax),
            },
        }
    }

    fn dict(&mut self, depth: usize) -> Result<Dict, Bad> {
        let mut dict = Dict::new();
        loop {
            self.skip();
            if self.peek()? == b'>' {
                if self.bytes.get(self.at + 1).copied().ok_or(Bad::Short)? != b'>' {
                    return Err(Bad::Syntax);
                }
                self.at += 2;
                return Ok(dict);
            }
            if self.peek()? != b'/' {
                return Err(Bad::Syntax);
            }
            let key = self.name()?;
            let value = self.nested(depth + 1)?;
            dict.insert(key, value);
        }
    }

    fn name(&mut self) -> Result<Vec<u8>, Bad> {
        self.at += 1;
        let raw = self.token()?;
        let mut name = Vec::with_capacity(raw.len());
        let mut rest = raw.iter();
        while let Some(&byte) = rest.next() {
            let code = rest.as_slice().get(..2).filter(|_| byte == b'#').and_then(hex_byte);
            match code {
                Some(code) => {
                    name.push(code);
                    rest.nth(1);
                }
                None => name.push(byte),
            }
        }
        Ok(name)
    }

    /// A number, or a reference: `12 0 R`.
    fn numeric(&mut self) -> Result<Object, Bad> {
        let token = self.token()?;
        let text = std::str::from_utf8(token).map_err(|_| Bad::Syntax)?;
        if let Ok(number) = text.parse::<i64>() {
            if let Ok(object) = u32::try_from(number)
                && text.bytes().all(|byte| byte.is_ascii_digit())
            {
                let mut ahead = self.clone();
                match ahead.number() {
                    Ok(_) => {
                        ahead.skip();
                        // What ends here may go on.
                        if ahead.peek()? == b'R'
                            && !is_regular(ahead.bytes.get(ahead.at + 1).copied().ok_or(Bad::Short)?)
                        {
                            self.at = ahead.at + 1;
                            return Ok(Object::Ref(object));
                        }
                    }
                    Err(Bad::Short) => return Err(Bad::Short),
                    Err(Bad::Syntax) => {}
                }
            }
            return Ok(Object::Int(number));
        }
        let is_real = !token.is_empty()
            && token.len() < 64
            && token.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+'));
        if is_real { Ok(Object::Real(token.to_vec())) } else { Err(Bad::Syntax) }
    }

    fn hexadecimal(&mut self) -> Result<Vec<u8>, Bad> {
        self.at += 1;
        let mut digits = Vec::new();
        loop {
            let byte = self.peek()?;
            self.at += 1;
            match byte {
                b'>' => break,
                byte if byte.is_ascii_hexdigit() => digits.push(byte),
                byte if is_space(byte) => {}
                _ => return Err(Bad::Syntax),
            }
        }
        if digits.len() % 2 == 1 {
            digits.push(b'0');
        }
        Ok(digits.chunks(2).filter_map(hex_byte).collect())
    }

    fn literal(&mut self) -> Result<Vec<u8>, Bad> {
        self.at += 1;
        let mut text = Vec::new();
        let mut open = 1;
        loop {
            let byte = self.peek()?;
            self.at += 1;
            match byte {
                b'(' => open += 1,
                b')' => {
                    open -= 1;
                    if open == 0 {
                        return Ok(text);
                    }
                }
                b'\\' => {
                    self.escape(&mut text)?;
                    continue;
                }
                _ => {}
            }
            text.push(byte);
        }
    }

    fn escape(&mut self, text: &mut Vec<u8>) -> Result<(), Bad> {
        let byte = self.peek()?;
        self.at += 1;
        match byte {
            b'n' => text.push(b'\n'),
            b'r' => text.push(b'\r'),
            b't' => text.push(b'\t'),
            b'b' => text.push(8),
            b'f' => text.push(12),
            b'\r' => {
                if self.peek()? == b'\n' {
                    self.at += 1;
                }
            }
            b'\n' => {}
            b'0'..=b'7' => {
                let mut code = u32::from(byte - b'0');
                for _ in 0..2 {
                    match self.peek()? {
                        digit @ b'0'..=b'7' => {
                            code = code * 8 + u32::from(digit - b'0');
                            self.at += 1;
                        }
                        _ => break,
                    }
                }
                text.push(u8::try_from(code & 0xff).unwrap_or_default());
            }
            other => text.push(other),
        }
        Ok(())
    }
}

fn hex_byte(digits: &[u8]) -> Option<u8> {
    u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// The words of a text string: UTF-16, UTF-8 or PDFDocEncoding (ISO 32000-2 §7.9.2.2).
pub(super) fn words(bytes: &[u8]) -> String {
    if let Some(utf16) = bytes.strip_prefix(b"\xfe\xff") {
        let units = utf16.chunks_exact(2).map(|pair| match pair {
            [high, low] => u16::from_be_bytes([*high, *low]),
            _ => 0,
        });
        return char::decode_utf16(units).map(|sign| sign.unwrap_or('\u{fffd}')).collect();
    }
    if let Some(utf8) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        return String::from_utf8_lossy(utf8).into_owned();
    }
    const SPECIAL: &str = "•†‡…—–ƒ⁄‹›−‰„“”‘’‚™ﬁﬂŁŒŠŸŽıłœšž\u{fffd}€";
    let sign = |&byte: &u8| match byte {
        0x80..=0xa0 => SPECIAL.chars().nth(usize::from(byte - 0x80)).unwrap_or('\u{fffd}'),
        other => char::from(other),
    };
    bytes.iter().map(sign).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Object, Bad> {
        Parser::new(format!("{text} ").as_bytes()).object()
    }

    #[test]
    fn objects_are_read_and_written() {
        let text = "<</A [1 -2.5 true null /B#20C (a\\(b\\)\\101) <4a4B> 12 0 R 7 8]/D<</E 1>>>>";
        let object = parse(text).unwrap();
        let mut written = Vec::new();
        object.write(&mut written);
        assert_eq!(parse(std::str::from_utf8(&written).unwrap()).unwrap(), object);
        let Object::Dict(dict) = object else { panic!() };
        let expected = Object::Array(vec![
            Object::Int(1),
            Object::Real(b"-2.5".to_vec()),
            Object::Bool(true),
            Object::Null,
            Object::Name(b"B C".to_vec()),
            Object::Text(b"a(b)A".to_vec()),
            Object::Text(b"JK".to_vec()),
            Object::Ref(12),
            Object::Int(7),
            Object::Int(8),
        ]);
        assert_eq!(dict.get(b"A".as_slice()), Some(&expected));
    }

    #[test]
    fn what_is_no_object_is_refused_at_once() {
        for bad in ["]", ">>", "<</A>>", "<</A 1]", "[1 2 foo]", "<zz>", ")"] {
            assert_eq!(parse(bad), Err(Bad::Syntax), "{bad}");
        }
        for short in ["[1 2", "<</A 1", "(abc", "<41", "<</A"] {
            assert_eq!(parse(short), Err(Bad::Short), "{short}");
        }
        assert_eq!(parse(&"[".repeat(100_000)), Err(Bad::Syntax));
        assert_eq!(parse(&"<</A ".repeat(100_000)), Err(Bad::Syntax));
    }

    #[test]
    fn text_is_read_in_its_encodings() {
        assert_eq!(words(b"\xfe\xff\0E\0m\0m\0a"), "Emma");
        assert_eq!(words(b"\xef\xbb\xbf\xc3\x89mile"), "Émile");
        assert_eq!(words(b"caf\xe9 \x84 \xa0"), "café — €");
    }
}
