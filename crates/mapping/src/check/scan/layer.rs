//! Text as it is meant, and where each byte of it stands in the text it was read from.

use std::ops::Range;

use super::quoting::Quoting;
use super::text::part;

/// Decoded text over another text: the contents of string literals, or of a percent-encoded
/// parameter.
#[derive(Debug, Clone, Default)]
pub(in crate::check) struct Layer {
    /// The decoded text.
    pub(in crate::check) text: String,
    /// In order, without gaps in `text`.
    runs: Vec<Run>,
    /// How each literal is quoted; `None` for an expression whose value nobody knows.
    quotings: Vec<Option<Quoting>>,
}

#[derive(Debug, Clone)]
struct Run {
    at: usize,
    len: usize,
    from: Range<usize>,
    /// Byte for byte the same.
    same: bool,
    quoting: usize,
}

impl Run {
    fn end(&self) -> usize {
        self.at.saturating_add(self.len)
    }
}

impl Layer {
    /// What is pushed from here on is quoted so.
    pub(in crate::check) fn begin(&mut self, quoting: Option<Quoting>) {
        self.quotings.push(quoting);
    }

    /// Adds a piece of `source` as it stands.
    pub(in crate::check) fn push_same(&mut self, source: &str, range: Range<usize>) {
        let piece = part(source, range.clone());
        if piece.is_empty() {
            return;
        }
        let quoting = self.quotings.len().saturating_sub(1);
        let at = self.text.len();
        self.text.push_str(piece);
        if let Some(last) = self.runs.last_mut()
            && last.same
            && last.quoting == quoting
            && last.from.end == range.start
        {
            last.len = last.len.saturating_add(piece.len());
            last.from.end = range.end;
            return;
        }
        self.runs.push(Run {
            at,
            len: piece.len(),
            from: range,
            same: true,
            quoting,
        });
    }

    /// Adds what stands for the piece at `range`.
    pub(in crate::check) fn push(&mut self, meant: &str, range: Range<usize>) {
        let at = self.text.len();
        self.text.push_str(meant);
        self.runs.push(Run {
            at,
            len: meant.len(),
            from: range,
            same: false,
            quoting: self.quotings.len().saturating_sub(1),
        });
    }

    /// The text below is a piece of another one, from `start` on: counts places from there.
    pub(in crate::check) fn lies_at(&mut self, start: usize) {
        for run in &mut self.runs {
            run.from.start = run.from.start.saturating_add(start);
            run.from.end = run.from.end.saturating_add(start);
        }
    }

    /// Whether a backslash before a quote stays in what the program sees.
    pub(in crate::check) fn keeps_backslashes(&self) -> bool {
        self.quotings
            .iter()
            .any(|it| matches!(it, Some(Quoting::ShellSingle)))
    }

    /// Where a place of the text below stands in this one.
    pub(in crate::check) fn position(&self, below: usize) -> Option<usize> {
        let after = self.runs.partition_point(|run| run.from.start <= below);
        let run = self.runs.get(after.checked_sub(1)?)?;
        if below >= run.from.end || run.len == 0 {
            return None;
        }
        Some(if run.same {
            run.at.saturating_add(below.saturating_sub(run.from.start))
        } else {
            run.at
        })
    }

    /// Where a piece of this text stands in the text below.
    pub(in crate::check) fn below(&self, range: Range<usize>) -> Range<usize> {
        let start = self.start_below(range.start);
        if range.is_empty() {
            return start..start;
        }
        let at = self.runs.partition_point(|run| run.end() < range.end);
        let end = self.runs.get(at).map_or(start, |run| {
            if run.same {
                run.from
                    .start
                    .saturating_add(range.end.saturating_sub(run.at))
            } else {
                run.from.end
            }
        });
        start..end.max(start)
    }

    fn start_below(&self, at: usize) -> usize {
        let found = self
            .runs
            .get(self.runs.partition_point(|run| run.end() <= at));
        match found {
            Some(run) if run.same => run.from.start.saturating_add(at.saturating_sub(run.at)),
            Some(run) => run.from.start,
            None => self.runs.last().map_or(0, |run| run.from.end),
        }
    }

    /// The change of the text below that puts `text` in the place of `range`; `None` where that
    /// place is not all in one literal, or the literal cannot hold the text.
    pub(in crate::check) fn edit(
        &self,
        range: Range<usize>,
        text: &str,
    ) -> Option<(Range<usize>, String)> {
        let touched = self.touched(&range);
        let mut touched = touched.iter().map(|run| run.quoting);
        let quoting = touched.next()?;
        if !range.is_empty() && touched.any(|other| other != quoting) {
            return None;
        }
        let quoting = self.quotings.get(quoting)?.as_ref()?;
        Some((self.below(range), quoting.encode(text)?))
    }

    /// Whether a part of the piece is an expression whose value nobody knows.
    pub(in crate::check) fn is_opaque(&self, range: &Range<usize>) -> bool {
        self.touched(range).iter().any(|run| {
            run.at < range.end
                && range.start < run.end()
                && self.quotings.get(run.quoting).is_some_and(Option::is_none)
        })
    }

    /// The runs that a piece has a part in; for an empty one, those that it lies in or beside.
    fn touched(&self, range: &Range<usize>) -> &[Run] {
        let (first, end) = if range.is_empty() {
            (
                self.runs.partition_point(|run| run.end() < range.start),
                self.runs.partition_point(|run| run.at <= range.start),
            )
        } else {
            (
                self.runs.partition_point(|run| run.end() <= range.start),
                self.runs.partition_point(|run| run.at < range.end),
            )
        };
        self.runs.get(first..end).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_through_escapes() {
        let source = r#""a \"b\" c""#;
        let mut layer = Layer::default();
        Quoting::backslash('"').decode(source, 1..10, &mut layer);
        assert_eq!(layer.text, "a \"b\" c");
        assert_eq!(layer.below(2..5), 3..8);
        assert_eq!(layer.position(5), Some(3));
        assert_eq!(
            layer.edit(2..5, "\"x\""),
            Some((3..8, "\\\"x\\\"".to_owned()))
        );
        assert_eq!(layer.below(7..7), 10..10);
    }
}
