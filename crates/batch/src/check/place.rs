//! Lines and columns.

use std::cell::OnceCell;
use std::ops::Range;

/// A place in a text as people count: from 1, columns in characters (code points).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// How many bytes are counted at once.
const BLOCK: usize = 512;

/// Where the lines of a text are.
#[derive(Debug)]
pub struct Places<'t> {
    text: &'t str,
    /// The byte after each line end.
    starts: Vec<usize>,
    /// The characters before each block of bytes: a line may be as long as the file, and have as
    /// many findings.
    blocks: OnceCell<Vec<usize>>,
}

impl<'t> Places<'t> {
    /// Finds the lines of `text`; they end in a line feed.
    #[must_use]
    pub fn new(text: &'t str) -> Self {
        let starts = memchr::memchr_iter(b'\n', text.as_bytes())
            .map(|at| at.saturating_add(1))
            .collect();
        Self {
            text,
            starts,
            blocks: OnceCell::new(),
        }
    }

    /// The line of a byte, from 1.
    #[must_use]
    pub fn line(&self, byte: usize) -> usize {
        let before = self.starts.partition_point(|start| *start <= byte);
        before.saturating_add(1)
    }

    /// Where a byte is. One past the end is at its end.
    #[must_use]
    pub fn place(&self, byte: usize) -> Place {
        let byte = byte.min(self.text.len());
        let line = self.line(byte);
        let start = self.start(line);
        let characters = if byte.saturating_sub(start) <= BLOCK {
            self.count(start..byte)
        } else {
            self.before(byte).saturating_sub(self.before(start))
        };
        Place {
            line,
            column: characters.saturating_add(1),
        }
    }

    /// The characters before a byte.
    fn before(&self, byte: usize) -> usize {
        let blocks = self.blocks.get_or_init(|| {
            let mut sum = 0_usize;
            let mut blocks = vec![0];
            for block in self.text.as_bytes().chunks(BLOCK) {
                sum = sum.saturating_add(count(block));
                blocks.push(sum);
            }
            blocks
        });
        let block = byte.checked_div(BLOCK).unwrap_or_default();
        let whole = blocks.get(block).copied().unwrap_or_default();
        whole.saturating_add(self.count(block.saturating_mul(BLOCK)..byte))
    }

    fn count(&self, bytes: Range<usize>) -> usize {
        count(self.text.as_bytes().get(bytes).unwrap_or_default())
    }

    /// The first byte of a line.
    #[must_use]
    pub fn start(&self, line: usize) -> usize {
        match line.checked_sub(2) {
            Some(at) => self.starts.get(at).copied().unwrap_or(self.text.len()),
            None => 0,
        }
    }

    /// The lines `first` to `last` with their line ends, but for the end of the last one.
    #[must_use]
    pub fn lines(&self, first: usize, last: usize) -> &'t str {
        let start = self.start(first);
        let end = self.start(last.saturating_add(1)).max(start);
        let lines = self.text.get(start..end).unwrap_or_default();
        let lines = lines.strip_suffix('\n').unwrap_or(lines);
        lines.strip_suffix('\r').unwrap_or(lines)
    }
}

/// How many characters begin in `bytes`.
fn count(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| (**byte as i8) >= -0x40).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_characters() {
        let text = "aé\r\nb𝄞c\n\nlast";
        let places = Places::new(text);
        let found: Vec<String> = text
            .char_indices()
            .map(|(at, _)| at)
            .chain([text.len(), 99])
            .map(|at| {
                let place = places.place(at);
                format!("{at}={}:{}", place.line, place.column)
            })
            .collect();
        insta::assert_snapshot!(found.join(" "), @"0=1:1 1=1:2 3=1:3 4=1:4 5=2:1 6=2:2 10=2:3 11=2:4 12=3:1 13=4:1 14=4:2 15=4:3 16=4:4 17=4:5 99=4:5");
        assert_eq!(places.lines(1, 1), "aé");
        assert_eq!(places.lines(2, 3), "b𝄞c\n");
        assert_eq!(places.lines(4, 4), "last");
        assert_eq!(places.lines(9, 9), "");
    }

    #[test]
    fn columns_of_a_long_line() {
        let text = format!("first\n{}", "aé𝄞".repeat(BLOCK));
        let places = Places::new(&text);
        for (characters, (at, _)) in text.char_indices().skip(6).enumerate() {
            let place = places.place(at);
            assert_eq!((place.line, place.column), (2, characters + 1), "{at}");
        }
        let end = places.place(text.len());
        assert_eq!(end.column, 3 * BLOCK + 1);
    }
}
