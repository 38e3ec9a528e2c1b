//! The cells of a row become an event.

use hashbrown::HashMap;
use serde_json::value::RawValue;

use crate::json::{JsonError, MAX_DEPTH, Members, Raw};

use super::columns::{Cell, OTHER, cell_of};

/// Why a row is no event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RowError {
    /// A comma too few or too many.
    #[error("expected {expected} cells, as in the header, found {found}")]
    Cells {
        /// As many as the header has.
        expected: usize,
        /// As many as the row has.
        found: usize,
    },
    /// Two cells that are about the same attribute, or one about a part of what another holds.
    #[error("two cells say what {path} is")]
    Contradiction {
        /// The attribute.
        path: String,
    },
    /// What stands for the rest of the event is no object.
    #[error("expected a JSON object in the column {OTHER}: {0}")]
    Other(JsonError),
}

/// Makes events of the rows of one table.
#[derive(Debug)]
pub struct RowReader {
    columns: usize,
    /// The column of [`OTHER`].
    other: Option<usize>,
    root: Node,
}

/// A part of the columns' paths.
#[derive(Debug, Default)]
struct Node {
    name: String,
    path: String,
    /// The columns whose path ends here.
    leaves: Vec<(usize, Cell)>,
    children: Vec<Node>,
    by_name: HashMap<String, usize>,
}

impl RowReader {
    /// For rows under `header`.
    pub fn new<'h>(header: impl IntoIterator<Item = &'h str>) -> Self {
        let mut reader = Self {
            columns: 0,
            other: None,
            root: Node::default(),
        };
        for (number, name) in header.into_iter().enumerate() {
            reader.columns = number.saturating_add(1);
            if name == OTHER && reader.other.is_none() {
                reader.other = Some(number);
            } else {
                reader.root.add(name, number);
            }
        }
        reader.root.order();
        reader
    }

    /// How many columns there are.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// How many bytes of memory [`Self::event`] takes at most for these cells.
    #[must_use]
    pub fn needed<S: AsRef<str>>(&self, cells: &[S]) -> usize {
        /// A member of what stands for the rest of the event.
        const MEMBER: usize = 128;
        let text = cells.iter().map(|cell| escaped_len(cell.as_ref()));
        let text = text.fold(0, usize::saturating_add);
        let other = self.other.and_then(|number| cells.get(number));
        let colons = other.map_or(0, |other| other.as_ref().matches(':').count());
        // A part, what it is a part of, and the event.
        text.saturating_mul(3)
            .saturating_add(colons.saturating_mul(MEMBER))
    }

    /// Appends the event that `cells` spell to `out`, as JSON text.
    ///
    /// # Errors
    /// [`RowError`]; `out` then holds a part.
    pub fn event<S: AsRef<str>>(&self, cells: &[S], out: &mut Vec<u8>) -> Result<(), RowError> {
        if cells.len() != self.columns {
            return Err(RowError::Cells {
                expected: self.columns,
                found: cells.len(),
            });
        }
        let other = self.other.and_then(|number| cells.get(number));
        let other = match other.map(AsRef::as_ref).filter(|other| !other.is_empty()) {
            Some(other) => Members::parse(other).map_err(RowError::Other)?,
            None => Members::default(),
        };
        self.root.object(cells, other, out)
    }
}

impl Node {
    fn add(&mut self, path: &str, number: usize) {
        let deep = path.split('.').count() >= MAX_DEPTH;
        let mut node = self;
        let mut before = 0_usize;
        for name in path.split(|it| it == '.' && !deep) {
            before = before.saturating_add(name.len());
            let at = match node.by_name.get(name) {
                Some(at) => *at,
                None => {
                    let at = node.children.len();
                    node.by_name.insert(name.to_owned(), at);
                    node.children.push(Self {
                        name: name.to_owned(),
                        path: path.get(..before).unwrap_or_default().to_owned(),
                        ..Self::default()
                    });
                    at
                }
            };
            before = before.saturating_add(1);
            let Some(child) = node.children.get_mut(at) else {
                return;
            };
            node = child;
        }
        node.leaves.push((number, cell_of(path)));
    }

    /// Puts the elements of arrays in the order of their numbers.
    fn order(&mut self) {
        self.children.iter_mut().for_each(Self::order);
        if self.is_array() {
            let number = |node: &Self| node.name.parse::<u64>().unwrap_or(u64::MAX);
            self.children.sort_by_key(number);
        }
    }

    /// Whether its parts are elements: all are named by numbers.
    fn is_array(&self) -> bool {
        let is_number = |node: &Self| {
            !node.name.is_empty() && node.name.bytes().all(|byte| byte.is_ascii_digit())
        };
        !self.children.is_empty() && self.children.iter().all(is_number)
    }

    fn contradiction(&self) -> RowError {
        RowError::Contradiction {
            path: self.path.clone(),
        }
    }

    /// Writes what `cells` and `other` say of the parts of an object.
    fn object<S: AsRef<str>>(
        &self,
        cells: &[S],
        mut other: Members<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), RowError> {
        out.push(b'{');
        let start = out.len();
        for child in &self.children {
            let rest = other.take(&child.name);
            let before = out.len();
            separate(start, out);
            push_string(&child.name, out);
            out.push(b':');
            if !child.value(cells, rest, out)? {
                out.truncate(before);
            }
        }
        for (name, value) in other {
            separate(start, out);
            push_string(&name, out);
            out.push(b':');
            out.extend_from_slice(value.bytes());
        }
        out.push(b'}');
        Ok(())
    }

    /// Writes what `cells` and `rest` say of this; false if that is nothing.
    fn value<S: AsRef<str>>(
        &self,
        cells: &[S],
        rest: Option<Raw<'_>>,
        out: &mut Vec<u8>,
    ) -> Result<bool, RowError> {
        let start = out.len();
        for (number, cell) in &self.leaves {
            let text = cells.get(*number).map(AsRef::as_ref).unwrap_or_default();
            if text.is_empty() {
                continue;
            }
            if out.len() > start {
                return Err(self.contradiction());
            }
            push_cell(text, *cell, out);
        }
        let by_cell = out.len() > start;
        if self.children.is_empty() {
            return match rest {
                Some(_) if by_cell => Err(self.contradiction()),
                Some(rest) => {
                    out.extend_from_slice(rest.bytes());
                    Ok(true)
                }
                None => Ok(by_cell),
            };
        }
        let mut parts = Vec::new();
        let is_array = self.is_array();
        let rest_object = rest.filter(|rest| rest.is_object() && !is_array);
        if is_array {
            self.array(cells, &mut parts)?;
        } else {
            let rest = match rest_object {
                Some(rest) => Members::parse(rest.text()).map_err(RowError::Other)?,
                None => Members::default(),
            };
            self.object(cells, rest, &mut parts)?;
        }
        // Brackets alone are no parts.
        let by_parts = parts.len() > 2;
        match rest {
            Some(rest) if !by_cell && !by_parts => {
                out.extend_from_slice(rest.bytes());
                Ok(true)
            }
            Some(_) if rest_object.is_none() || by_cell => Err(self.contradiction()),
            None if by_cell && by_parts => Err(self.contradiction()),
            _ => {
                if by_parts {
                    out.extend_from_slice(&parts);
                }
                Ok(by_cell || by_parts)
            }
        }
    }

    fn array<S: AsRef<str>>(&self, cells: &[S], out: &mut Vec<u8>) -> Result<(), RowError> {
        out.push(b'[');
        let start = out.len();
        for child in &self.children {
            let before = out.len();
            separate(start, out);
            if !child.value(cells, None, out)? {
                out.truncate(before);
            }
        }
        out.push(b']');
        Ok(())
    }
}

/// How long `text` may be as a JSON string.
fn escaped_len(text: &str) -> usize {
    let more = |byte: u8| match byte {
        b'"' | b'\\' => 1,
        0..=0x1f => 5,
        _ => 0,
    };
    text.bytes()
        .map(more)
        .fold(text.len(), usize::saturating_add)
}

fn separate(start: usize, out: &mut Vec<u8>) {
    if out.len() > start {
        out.push(b',');
    }
}

fn push_cell(text: &str, cell: Cell, out: &mut Vec<u8>) {
    let is_json = cell == Cell::Json && serde_json::from_str::<&RawValue>(text).is_ok();
    if is_json {
        out.extend_from_slice(text.trim_ascii().as_bytes());
    } else {
        push_string(text, out);
    }
}

fn push_string(text: &str, out: &mut Vec<u8>) {
    // A string into a vector: neither can fail.
    let _ = serde_json::to_writer(out, text);
}
