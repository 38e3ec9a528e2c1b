//! Finds what may be wrong in any text: requests, filters, names of legacy event types.
//!
//! The stages: `markers` finds the words without which there is nothing; `lexer` finds the
//! string literals around them (`family`: which language), `chain` puts together what a program
//! puts together, `quoting` reads them, and `layer` keeps where everything stands. What is left
//! is told apart by `extent` (filters), `request` and `ids`.

mod beside;
mod call;
mod chain;
mod evidence;
mod extent;
mod family;
mod ids;
mod keys;
mod layer;
mod lexer;
mod markers;
mod operators;
pub(super) mod pairs;
mod place;
mod quoting;
mod request;
mod shape;
mod site;
mod template;
pub(super) mod text;
mod words;

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use crate::tables::Tables;

pub(super) use beside::StartDate;
pub(super) use evidence::names_attribute;
pub(super) use ids::{Id, What, covered, shares};
pub(super) use keys::Attribute;
pub(super) use layer::Layer;
pub(crate) use markers::Markers;
pub(super) use place::Place;
pub(super) use quoting::Quoting;
pub(super) use request::{Endpoint, Request};

use evidence::Evidence;
use family::Family;
use lexer::Literal;
use markers::Mark;
use text::part;

/// A filter in a text.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    /// Where it stands.
    pub(super) place: Place,
    /// Its text, decoded.
    pub(super) text: String,
    /// Whether a program adds to it, so that it need not be whole.
    pub(super) fragment: bool,
}

/// What was found in a text.
#[derive(Debug)]
pub(super) enum Found<'t> {
    /// A filter.
    Filter(Candidate),
    /// A request; its spans are places in the text of the place.
    Request(Request, Place, String),
    /// A parameter beside the URL of `/logs`.
    StartDate(StartDate),
    /// A legacy event type by name.
    Id(Id<'t>),
}

/// After so many attributes without a filter, only plain comparisons are looked for: a text of
/// nothing else would take long.
const MISSES: usize = 500;

/// Finds everything in `text`, in no particular order.
pub(super) fn scan<'t>(text: &str, name: &str, tables: &'t Tables) -> Vec<Found<'t>> {
    let mut marks = tables.markers().find(text).peekable();
    if marks.peek().is_none() {
        return Vec::new();
    }
    let mut scanner = Scanner {
        text,
        tables,
        family: Family::of(name, text),
        literals: OnceCell::new(),
        about_okta: OnceCell::new(),
        urls: OnceCell::new(),
        recent: Cell::new(None),
        held: RefCell::default(),
        last: None,
        done: 0,
        misses: 0,
        found: Vec::new(),
        ids: Vec::new(),
    };
    let mut word_end = 0;
    for (mark, range) in marks {
        match mark {
            Mark::Endpoint if range.start >= scanner.done => scanner.endpoint(range.start),
            Mark::Word if range.start >= word_end => {
                let word = words::word_at(text, range.start);
                word_end = word.end.max(range.end);
                scanner.word(word);
            }
            Mark::Escaped => scanner.ids.extend(ids::escaped(&scanner, range.start)),
            Mark::StartDate if range.start >= scanner.done => scanner.start_date(range.start),
            _ => {}
        }
    }
    scanner.finish()
}

/// Whether a list of strings in brackets comes next.
fn is_list(text: &str) -> bool {
    text.trim_start()
        .strip_prefix('[')
        .is_some_and(|inside| inside.trim_start().starts_with(['"', '\'', '\\', '“', '`']))
}

struct Scanner<'a, 't> {
    text: &'a str,
    tables: &'t Tables,
    family: Family,
    literals: OnceCell<Vec<Literal>>,
    about_okta: OnceCell<bool>,
    urls: OnceCell<call::Urls>,
    /// The end of the name before, and what that is compared with.
    recent: Cell<Option<(usize, Option<keys::Key>)>>,
    /// What the values of variables are compared with.
    held: RefCell<BTreeMap<String, Option<keys::Key>>>,
    last: Option<site::Last>,
    /// Everything before belongs to what was found.
    done: usize,
    /// Attributes that no filter was found at.
    misses: usize,
    found: Vec<(Range<usize>, Found<'t>)>,
    ids: Vec<Id<'t>>,
}

impl<'t> Scanner<'_, 't> {
    fn literals(&self) -> &[Literal] {
        self.literals
            .get_or_init(|| lexer::literals(self.text, self.family))
    }

    /// The contents of the literal around a place of the text.
    fn literal_around(&self, at: usize) -> Option<Range<usize>> {
        let literals = self.literals();
        let index = site::around(literals, at)?;
        literals.get(index).map(|literal| literal.inner.clone())
    }

    /// Whether the text says what it is about.
    fn about_okta(&self) -> bool {
        *self.about_okta.get_or_init(|| {
            ["okta", "Okta", "OKTA"]
                .iter()
                .any(|it| self.text.contains(it))
        })
    }

    fn word(&mut self, word: Range<usize>) {
        if let Some(id) = ids::id(self, word.clone()) {
            self.ids.push(id);
        }
        if word.start < self.done || !self.is_attribute(&word) {
            return;
        }
        let site = self.site(word.start);
        let evidence = Evidence {
            tables: self.tables,
            about_okta: self.about_okta(),
        };
        if let Some(start) = shape::parameters(site.text(self.text), site.at) {
            let text = site.text(self.text);
            let request = request::parameters(
                text,
                start,
                shape::parameters_end(text, start, site.quoted()),
                !site.quoted(),
            );
            let (outer, outer_at) = self.outside(&site);
            let is_asked = evidence.asks(text, &request)
                || match self.api(outer, outer_at) {
                    Some((api, sure)) => api != call::Api::Other && (sure || self.about_okta()),
                    None => self.about_okta(),
                } && !evidence::is_after_path(text, start);
            if is_asked {
                self.request(request, site.layers);
            } else {
                let span = Place::new(site.layers, request.span).whole();
                self.done = self.done.max(span.end);
            }
            return;
        }
        if let Some(range) = shape::encoded(site.text(self.text), site.at) {
            self.encoded(site, range, evidence);
            return;
        }
        let thorough = self.misses < MISSES;
        let Some(shape) = site.filter(self.text, self.family, thorough) else {
            self.misses = self.misses.saturating_add(1);
            return;
        };
        let text = part(site.text(self.text), shape.range.clone()).to_owned();
        let place = Place::new(site.layers, shape.range);
        let span = place.whole();
        // What is no query of Okta's is none from any word of it on.
        self.done = self.done.max(span.end);
        let is_asked = || {
            self.is_filters_value(word.start)
                && self.api(self.text, word.start) == Some((call::Api::Logs, true))
        };
        if evidence.is_query(&text) || is_asked() {
            self.found.push((
                span,
                Found::Filter(Candidate {
                    place,
                    text,
                    fragment: shape.fragment,
                }),
            ));
        }
    }

    /// A filter that is percent-encoded, by itself.
    fn encoded(&mut self, mut site: site::Site, range: Range<usize>, evidence: Evidence<'_>) {
        let text = site.text(self.text);
        let mut layer = Layer::default();
        let style = crate::query::Style::of(part(text, range.clone()));
        Quoting::Percent(style).decode(text, range, &mut layer);
        let text = layer.text.trim().to_owned();
        let range = text::trimmed(&layer.text, 0..layer.text.len());
        site.layers.push(Rc::new(layer));
        let place = Place::new(site.layers, range);
        let span = place.whole();
        // What is no query of Okta's is none from any word of it on.
        self.done = self.done.max(span.end);
        if !evidence.is_query(&text) {
            return;
        }
        let candidate = Candidate {
            place,
            text,
            fragment: true,
        };
        self.found.push((span, Found::Filter(candidate)));
    }

    /// Whether the word is an attribute with an operator after it.
    fn is_attribute(&self, word: &Range<usize>) -> bool {
        if words::is_value_path(text::tail(self.text, word.start)) {
            return text::byte_before(self.text, word.start) != b'.';
        }
        let Some(operator) = words::next_word(self.text, word.end) else {
            return false;
        };
        let after = text::tail(self.text, operator.end);
        let operator = part(self.text, operator);
        let before = text::byte_before(self.text, word.start);
        let glued = matches!(before, b'.' | b'$' | b'/' | b'}' | b'>' | b'@' | b':')
            || part(self.text, word.clone()).starts_with(['$', '-', '.']);
        if glued {
            return false;
        }
        words::is_operator(operator)
            || (operator.eq_ignore_ascii_case("in") && is_list(after))
            || (words::is_nearly_operator(operator) && self.is_filters_value(word.start))
    }

    /// Whether the line says that what follows is a filter.
    fn is_filters_value(&self, at: usize) -> bool {
        let start = text::line_start(self.text, at);
        let before = part(self.text, start..at);
        let key = before
            .trim_end_matches(['"', '\'', '`', ' ', '(', '\\', '[', '=', ':', '@', '<'])
            .rsplit(|it: char| !it.is_alphanumeric() && !matches!(it, '_' | '-'))
            .next()
            .unwrap_or_default();
        key.to_ascii_lowercase().ends_with("filter") && self.about_okta()
    }

    fn endpoint(&mut self, at: usize) {
        let site = self.site(at);
        let text = site.text(self.text);
        let Some(request) = request::request(text, site.at, site.quoted()) else {
            return;
        };
        let evidence = Evidence {
            tables: self.tables,
            about_okta: self.about_okta(),
        };
        if evidence.is_request(text, &request) {
            self.request(request, site.layers);
        } else {
            // Nor is its filter Okta's.
            let span = Place::new(site.layers, request.span).whole();
            self.done = self.done.max(span.end);
        }
    }

    fn request(&mut self, mut request: Request, mut layers: Vec<Rc<Layer>>) {
        let inner = layers.last().map_or(self.text, |layer| layer.text.as_str());
        let keeps = layers.last().is_some_and(|it| it.keeps_backslashes());
        if part(inner, request.span.clone()).contains("\\\"") && !keeps {
            // A line of a script without the quotes around it.
            let mut layer = Layer::default();
            let quoting = Quoting::Backslash {
                quote: '"',
                letters: false,
                triple: false,
            };
            quoting.decode(inner, request.span.clone(), &mut layer);
            let again = match request.endpoint {
                Endpoint::Unnamed => Some(request::parameters(
                    &layer.text,
                    0,
                    layer.text.len(),
                    request.open,
                )),
                _ => layer
                    .position(request.word.start.saturating_sub(1))
                    .and_then(|at| request::request(&layer.text, at, false)),
            };
            if let Some(again) = again {
                request = Request {
                    open: request.open,
                    ..again
                };
                layers.push(Rc::new(layer));
            }
        }
        let inner = layers.last().map_or(self.text, |layer| layer.text.as_str());
        let text = part(inner, request.span.clone()).to_owned();
        let place = Place::new(layers, request.span.clone());
        let span = place.whole();
        self.done = self.done.max(span.end);
        self.found
            .push((span, Found::Request(request.by_itself(), place, text)));
    }

    /// What was found, with the ids that stand outside of it.
    fn finish(self) -> Vec<Found<'t>> {
        let mut spans: Vec<Range<usize>> =
            self.found.iter().map(|(span, _)| span.clone()).collect();
        spans.sort_by_key(|span| span.start);
        // They hardly ever overlap: the last one that starts before an id is the one around it.
        let is_outside = |id: &Id<'_>| {
            let after = spans.partition_point(|span| span.start <= id.span.start);
            after
                .checked_sub(1)
                .and_then(|at| spans.get(at))
                .is_none_or(|span| span.end < id.span.end)
        };
        let ids = self.ids.into_iter().filter(is_outside).map(Found::Id);
        let found = self.found.into_iter().map(|(_, found)| found);
        found.chain(ids).collect()
    }
}
