//! Where something stands in the text that was checked.

use std::ops::Range;
use std::rc::Rc;

use crate::check::Edit;

use super::layer::Layer;

/// A piece of decoded text, and the way back to the text it was decoded from.
#[derive(Debug, Clone)]
pub(in crate::check) struct Place {
    /// The outermost first.
    layers: Vec<Rc<Layer>>,
    /// The piece of the innermost text.
    range: Range<usize>,
}

impl Place {
    pub(in crate::check) fn new(layers: Vec<Rc<Layer>>, range: Range<usize>) -> Self {
        Self { layers, range }
    }

    /// The same place seen through one more layer, which was read off the piece.
    pub(in crate::check) fn within(&self, mut layer: Layer) -> Self {
        let range = 0..layer.text.len();
        layer.lies_at(self.range.start);
        let mut layers = self.layers.clone();
        layers.push(Rc::new(layer));
        Self { layers, range }
    }

    /// A part of it.
    pub(in crate::check) fn narrowed(&self, part: Range<usize>) -> Self {
        Self {
            layers: self.layers.clone(),
            range: self.shifted(part),
        }
    }

    /// Where all of it stands.
    pub(in crate::check) fn whole(&self) -> Range<usize> {
        self.span(0..self.range.len())
    }

    /// Where a part of it stands.
    pub(in crate::check) fn span(&self, part: Range<usize>) -> Range<usize> {
        let inner = self.shifted(part);
        self.layers
            .iter()
            .rev()
            .fold(inner, |range, layer| layer.below(range))
    }

    /// The replacement of a part of it; `None` where what it stands in cannot hold the text.
    pub(in crate::check) fn edit(&self, part: Range<usize>, text: &str) -> Option<Edit> {
        let inner = self.shifted(part);
        self.written(inner.clone(), text).or_else(|| {
            // What a program decides may be among what stays the same.
            let whole = &self.layers.last()?.text;
            let old = whole.get(inner.clone())?;
            let (before, after) = common(old, text);
            let start = inner.start.checked_add(before)?;
            let end = inner.end.checked_sub(after)?;
            let with = text.get(before..text.len().checked_sub(after)?)?;
            self.written(start..end, with)
        })
    }

    /// A replacement in the innermost text, carried down to the text that was checked.
    fn written(&self, inner: Range<usize>, text: &str) -> Option<Edit> {
        let inner = (inner, text.to_owned());
        let (span, text) = self
            .layers
            .iter()
            .rev()
            .try_fold(inner, |(range, text), layer| layer.edit(range, &text))?;
        Some(Edit { span, text })
    }

    /// Whether a program decides a part of it.
    pub(in crate::check) fn is_opaque(&self, part: Range<usize>) -> bool {
        let inner = self.shifted(part);
        self.layers
            .last()
            .is_some_and(|layer| layer.is_opaque(&inner))
    }

    fn shifted(&self, part: Range<usize>) -> Range<usize> {
        let shift = |at: usize| at.saturating_add(self.range.start);
        shift(part.start)..shift(part.end)
    }
}

/// How many bytes two texts have in common at their start, and at the end of what is left.
fn common(old: &str, new: &str) -> (usize, usize) {
    let same = |(a, b): &(char, char)| a == b;
    let len = |pairs: Vec<(char, char)>| pairs.iter().map(|(it, _)| it.len_utf8()).sum::<usize>();
    let before = len(old.chars().zip(new.chars()).take_while(same).collect());
    let (old, new) = (
        old.get(before..).unwrap_or_default(),
        new.get(before..).unwrap_or_default(),
    );
    let after = old.chars().rev().zip(new.chars().rev()).take_while(same);
    (before, len(after.collect()))
}
