//! An event becomes the cells of a row.

use crate::json::{JsonError, Members, Raw};

use super::columns::{Cell, Column, OTHER};

/// What becomes of `null`, and of an object that holds nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nulls {
    /// It is the same as nothing: it says nothing in an event that was converted.
    Drop,
    /// It goes where all goes that no cell can say.
    Keep,
}

/// Makes rows of events.
#[derive(Debug)]
pub struct RowWriter {
    columns: &'static [Column],
    root: Node,
    cells: Vec<String>,
}

/// A part of the columns' paths.
#[derive(Debug, Default)]
struct Node {
    name: &'static str,
    /// The column whose path ends here.
    leaf: Option<(usize, Cell)>,
    children: Vec<Node>,
}

impl RowWriter {
    /// For rows of `columns`, of which the last is [`OTHER`].
    #[must_use]
    pub fn new(columns: &'static [Column]) -> Self {
        let mut root = Node::default();
        for (number, column) in columns.iter().enumerate() {
            if column.path != OTHER {
                root.add(column.path, number, column.cell);
            }
        }
        Self {
            columns,
            root,
            cells: vec![String::new(); columns.len()],
        }
    }

    /// The names of the columns.
    pub fn header(&self) -> impl Iterator<Item = &'static str> {
        self.columns.iter().map(|column| column.path)
    }

    /// The cells of `record`, which is a JSON object.
    ///
    /// # Errors
    /// [`JsonError`] where it is none, or an object in it has a key twice.
    pub fn cells(&mut self, record: &str, nulls: Nulls) -> Result<&[String], JsonError> {
        for cell in &mut self.cells {
            cell.clear();
        }
        let rest = split(record, &self.root, nulls, &mut self.cells)?;
        if let (Some(rest), Some(cell)) = (rest, self.cells.last_mut()) {
            *cell = rest;
        }
        Ok(&self.cells)
    }
}

impl Node {
    fn add(&mut self, path: &'static str, number: usize, cell: Cell) {
        let (name, rest) = match path.split_once('.') {
            Some((name, rest)) => (name, Some(rest)),
            None => (path, None),
        };
        if !self.children.iter().any(|child| child.name == name) {
            self.children.push(Self {
                name,
                ..Self::default()
            });
        }
        let child = self.children.iter_mut().find(|child| child.name == name);
        match (child, rest) {
            (Some(child), Some(rest)) => child.add(rest, number, cell),
            (Some(child), None) => child.leaf = Some((number, cell)),
            (None, _) => {}
        }
    }
}

/// Puts what `object` says into `cells`; what they cannot say comes back, as an object.
fn split(
    object: &str,
    node: &Node,
    nulls: Nulls,
    cells: &mut [String],
) -> Result<Option<String>, JsonError> {
    let mut rest: Option<String> = None;
    for (name, value) in Members::parse(object)? {
        let child = node.children.iter().find(|child| child.name == name);
        let said = match child {
            Some(child) => match child.leaf {
                Some((number, cell)) => {
                    let into = cells.get_mut(number);
                    into.is_some_and(|into| put(value, cell, nulls, into))
                }
                None if value.is_object() && !(nulls == Nulls::Keep && is_empty(value)) => {
                    let inner = split(value.text(), child, nulls, cells)?;
                    if let Some(inner) = inner {
                        member(&name, &inner, &mut rest);
                    }
                    true
                }
                None => false,
            },
            None => false,
        };
        let nothing = nulls == Nulls::Drop && value.text() == "null";
        if !said && !nothing {
            member(&name, value.text(), &mut rest);
        }
    }
    if let Some(rest) = &mut rest {
        rest.push('}');
    }
    Ok(rest)
}

fn is_empty(object: Raw<'_>) -> bool {
    object
        .text()
        .strip_prefix('{')
        .is_some_and(|rest| rest.trim_ascii_start().starts_with('}'))
}

/// Whether a cell can say `value`; then it does.
fn put(value: Raw<'_>, cell: Cell, nulls: Nulls, into: &mut String) -> bool {
    match cell {
        Cell::Text => match value.decode() {
            Some(text) if !text.is_empty() => into.push_str(&text),
            _ => return false,
        },
        Cell::Json => {
            if nulls == Nulls::Keep || value.text() != "null" {
                into.push_str(value.text());
            }
        }
    }
    true
}

fn member(name: &str, value: &str, object: &mut Option<String>) {
    let object = match object {
        Some(object) => {
            object.push(',');
            object
        }
        none => none.insert(String::from("{")),
    };
    object.push_str(&serde_json::Value::from(name).to_string());
    object.push(':');
    object.push_str(value);
}
