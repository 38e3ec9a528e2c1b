//! What the attributes of an event can be.

use std::collections::BTreeSet;
use std::sync::Arc;

use hashbrown::{HashMap, HashSet};
use serde_json::Value as Json;

use crate::path::AttributePath;

use super::layout::Layout;

/// A kind of value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Any string, dates among them.
    Text,
    /// A string that is a date in RFC 3339, as far as filters take it for one.
    Date,
    /// A date that ends with `Z`, as the System Log writes them. Only of such
    /// dates is the order of texts that of time.
    UtcDate,
    /// A number that JSON readers keep: a double, or an integer of 64 bits.
    Number,
    /// `true` or `false`.
    Boolean,
    /// An object with members: it is present, and meets no comparison.
    Object,
}

/// The values that one attribute may have. It may also be absent, unless it is
/// [`required`](Self::required).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Domain {
    pub(super) kinds: Vec<Kind>,
    pub(super) one_of: Option<Vec<Json>>,
    pub(super) none_of: Option<Arc<BTreeSet<String>>>,
    pub(super) examples: Vec<Json>,
    pub(super) required: bool,
}

impl Domain {
    /// Values of these kinds, the first preferred where an event is made up.
    #[must_use]
    pub fn of(kinds: impl Into<Vec<Kind>>) -> Self {
        Self {
            kinds: kinds.into(),
            one_of: None,
            none_of: None,
            examples: Vec::new(),
            required: false,
        }
    }

    /// Anything: strings, numbers, booleans, objects.
    #[must_use]
    pub fn any() -> Self {
        Self::of([Kind::Text, Kind::Number, Kind::Boolean, Kind::Object])
    }

    /// One of these scalars and nothing else, the first preferred.
    #[must_use]
    pub fn one_of<V: Into<Json>>(values: impl IntoIterator<Item = V>) -> Self {
        let values = values.into_iter().map(Into::into).collect();
        Self {
            one_of: Some(values),
            ..Self::of([])
        }
    }

    /// Exactly this value, always: `one_of([value])`, required.
    #[must_use]
    pub fn just(value: impl Into<Json>) -> Self {
        Self::one_of([value]).required()
    }

    /// No value: the attribute is not there.
    #[must_use]
    pub fn absent() -> Self {
        Self::one_of(Vec::<Json>::new())
    }

    /// Never one of these strings, as they are written.
    #[must_use]
    pub fn none_of(mut self, values: Arc<BTreeSet<String>>) -> Self {
        self.none_of = Some(values);
        self
    }

    /// Values to prefer where an event is made up.
    #[must_use]
    pub fn examples<V: Into<Json>>(mut self, values: impl IntoIterator<Item = V>) -> Self {
        self.examples = values.into_iter().map(Into::into).collect();
        self
    }

    /// Every event has a value here; of several possible, at least one.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Whether there is no choice at all.
    pub(super) fn is_fixed(&self) -> bool {
        let values = self.one_of.as_ref().map(Vec::len);
        matches!((values, self.required), (Some(0), _) | (Some(1), true))
    }

    /// Whether `value` is ruled out by [`none_of`](Self::none_of).
    pub(super) fn excludes(&self, value: &Json) -> bool {
        match (&self.none_of, value) {
            (Some(values), Json::String(text)) => values.contains(text),
            _ => false,
        }
    }
}

/// What the attributes of an event can be: which arrays there are, and which
/// values an attribute may have.
///
/// An attribute that is not mentioned may have any value, and one only unless
/// it lies in an array.
#[derive(Clone, Debug)]
pub struct Schema {
    arrays: HashSet<String>,
    domains: HashMap<AttributePath, Domain>,
    any: Domain,
}

impl Default for Schema {
    fn default() -> Self {
        Self {
            arrays: HashSet::new(),
            domains: HashMap::new(),
            any: Domain::any(),
        }
    }
}

impl Schema {
    /// Nothing is known of any attribute, and there are no arrays.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// There is an array at `path`: what lies at it or below has any number of
    /// values, unless the path picks an element by its index.
    ///
    /// An array within an array is named without indices: `target.tags`.
    #[must_use]
    pub fn array(mut self, path: &AttributePath) -> Self {
        self.arrays.insert(path.as_str().to_owned());
        self
    }

    /// The values that the attribute `path` may have.
    #[must_use]
    pub fn attribute(mut self, path: AttributePath, domain: Domain) -> Self {
        self.domains.insert(path, domain);
        self
    }

    /// Whether the attribute may have several values at once.
    #[must_use]
    pub fn is_multi_valued(&self, path: &AttributePath) -> bool {
        self.layout(path).is_multi_valued()
    }

    pub(super) fn domain(&self, path: &AttributePath) -> &Domain {
        self.domains.get(path).unwrap_or(&self.any)
    }

    pub(super) fn layout(&self, path: &AttributePath) -> Layout {
        Layout::new(path, &self.arrays)
    }
}
