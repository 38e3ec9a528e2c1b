//! Which name somebody meant who wrote another.

use hashbrown::HashMap;
use strsim::{damerau_levenshtein, jaro_winkler};

use crate::tables::{CatalogEntry, Status, Tables};

/// Names that people write without their path, and the one meant.
const WITHOUT_PATH: [(&str, &str); 18] = [
    ("result", "outcome.result"),
    ("reason", "outcome.reason"),
    ("outcome", "outcome.result"),
    ("alternateId", "actor.alternateId"),
    ("ipAddress", "client.ipAddress"),
    ("userAgent", "client.userAgent.rawUserAgent"),
    ("rawUserAgent", "client.userAgent.rawUserAgent"),
    ("browser", "client.userAgent.browser"),
    ("os", "client.userAgent.os"),
    ("zone", "client.zone"),
    ("country", "client.geographicalContext.country"),
    ("city", "client.geographicalContext.city"),
    ("isProxy", "securityContext.isProxy"),
    ("asNumber", "securityContext.asNumber"),
    (
        "externalSessionId",
        "authenticationContext.externalSessionId",
    ),
    ("requestUri", "debugContext.debugData.requestUri"),
    ("behaviors", "debugContext.debugData.behaviors"),
    ("debugData", "debugContext.debugData"),
];

/// `event_type` becomes `eventType`, each part of a path by itself.
pub(super) fn camel(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut raise = false;
    for character in path.chars() {
        match character {
            '_' if !out.is_empty() && !out.ends_with('.') => raise = true,
            it if raise => {
                out.push(it.to_ascii_uppercase());
                raise = false;
            }
            it => out.push(it),
        }
    }
    out
}

/// The whole path of an attribute that was named by its end.
pub(super) fn with_prefix(path: &str, tables: &Tables) -> Option<String> {
    let first = path.split('.').next().unwrap_or_default();
    let known = WITHOUT_PATH
        .iter()
        .find(|(name, _)| *name == first)
        .map(|(name, whole)| format!("{whole}{}", path.strip_prefix(name).unwrap_or_default()));
    if let Some(whole) = known
        && tables.filter_attributes.get(&whole).is_some()
    {
        return Some(whole);
    }
    let end = format!(".{path}");
    let mut found = tables
        .filter_attributes
        .rows()
        .iter()
        .filter(|row| row.path.ends_with(&end));
    let only = found.next()?;
    (found.next().is_none() && path.contains('.')).then(|| only.path.clone())
}

/// The attribute whose name is nearest, if any is near.
fn attribute(path: &str, tables: &Tables) -> Option<String> {
    let lower = path.to_ascii_lowercase();
    let rows = || {
        tables
            .filter_attributes
            .rows()
            .iter()
            .filter(|row| !row.path.ends_with('*'))
    };
    if lower == "user.email" || lower == "user.login" {
        return Some("actor.alternateId".to_owned());
    }
    if let Some(row) = rows().find(|row| row.path.eq_ignore_ascii_case(path)) {
        return Some(row.path.clone());
    }
    rows()
        .map(|row| (damerau_levenshtein(&row.path, path), &row.path))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, _)| *distance <= allowed(path))
        .map(|(_, path)| path.clone())
}

/// How many slips a name of that length may have.
fn allowed(name: &str) -> usize {
    match name.len() {
        0..=4 => 1,
        5..=12 => 2,
        _ => 3,
    }
}

/// What was found for names so far: the same slip is often made again, and each takes a walk
/// through the tables.
#[derive(Debug, Default)]
pub(in crate::check::lint) struct Near<'t> {
    event_types: HashMap<String, Option<Suggestion<'t>>>,
    attributes: HashMap<String, Option<String>>,
}

/// For no more different names than this a likeness is looked for in one text; a text with more
/// of them has none that people wrote.
const NAMES: usize = 2_000;

impl<'t> Near<'t> {
    /// The event type whose name is nearest, if any is near.
    pub(super) fn event_type(&mut self, name: &str, tables: &'t Tables) -> Option<Suggestion<'t>> {
        recalled(&mut self.event_types, name, || event_type(name, tables))
    }

    /// The attribute whose name is nearest, if any is near.
    pub(super) fn attribute(&mut self, path: &str, tables: &Tables) -> Option<String> {
        recalled(&mut self.attributes, path, || attribute(path, tables))
    }
}

fn recalled<T: Clone>(
    known: &mut HashMap<String, Option<T>>,
    name: &str,
    find: impl FnOnce() -> Option<T>,
) -> Option<T> {
    match known.get(name) {
        Some(found) => found.clone(),
        None if known.len() >= NAMES => None,
        None => known.entry(name.to_owned()).or_insert(find()).clone(),
    }
}

/// A listed event type that was probably meant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Suggestion<'t> {
    pub(super) event_type: &'t str,
    /// Whether only a slip or two lie between.
    pub(super) is_slip: bool,
}

impl Suggestion<'_> {
    /// Whether `name` was hardly meant as a type of its own: a slip, or the same words in another
    /// order or form. A longer name may be one that is newer than the catalogue.
    pub(super) fn is_likely(&self, name: &str) -> bool {
        let words = |name: &str| -> Vec<String> { name.split(['.', '_']).map(stem).collect() };
        let listed = words(self.event_type);
        // `app` for `application`.
        let is_there = |word: &String| {
            listed
                .iter()
                .any(|it| it == word || word.len() > 2 && it.starts_with(word.as_str()))
        };
        self.is_slip || words(name).iter().all(is_there)
    }
}

/// The event type whose name is nearest, if any is near.
fn event_type<'t>(name: &str, tables: &'t Tables) -> Option<Suggestion<'t>> {
    let listed = || {
        tables
            .catalog
            .rows()
            .iter()
            .filter(|row| row.status != Status::Retired)
    };
    let by_distance = listed()
        .filter(|row| row.event_type.len().abs_diff(name.len()) <= 3)
        .map(|row| (damerau_levenshtein(&row.event_type, name), row))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, row)| *distance <= 2 && !is_opposite(&row.event_type, name));
    if let Some((_, row)) = by_distance {
        return Some(Suggestion {
            event_type: &row.event_type,
            is_slip: true,
        });
    }
    let longer = listed()
        .filter(|row| {
            row.event_type.matches('.').count() > 1
                && name
                    .strip_prefix(row.event_type.as_str())
                    .is_some_and(|it| it.starts_with(['.', '_']))
        })
        .max_by_key(|row| row.event_type.len());
    if let Some(row) = longer {
        return Some(Suggestion {
            event_type: &row.event_type,
            is_slip: false,
        });
    }
    let score = |row: &CatalogEntry| alike(&row.event_type, name);
    listed()
        .filter(|row| does_the_same(&row.event_type, name))
        .map(|row| (score(row), row))
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .filter(|(score, _)| *score > 0.75)
        .map(|(_, row)| Suggestion {
            event_type: &row.event_type,
            is_slip: false,
        })
}

/// `lock` and `unlock`: one slip or two, and the contrary.
fn is_opposite(one: &str, other: &str) -> bool {
    let last = |name: &str| {
        name.rsplit(['.', '_'])
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let (one, other) = (last(one), last(other));
    let negates = |longer: &str, shorter: &str| {
        longer
            .strip_suffix(shorter)
            .is_some_and(|it| matches!(it, "un" | "de" | "re" | "dis" | "in"))
    };
    negates(&one, &other) || negates(&other, &one)
}

/// Whether a name tells of what another one does: its last word is among the words.
fn does_the_same(listed: &str, name: &str) -> bool {
    let last = stem(name.rsplit(['.', '_']).next().unwrap_or_default());
    listed.split(['.', '_']).any(|word| stem(word) == last)
}

/// `create` and `created`, `deny` and `denied`.
fn stem(word: &str) -> String {
    let word = word.trim_end_matches('d').trim_end_matches('e');
    word.strip_suffix('y')
        .map_or_else(|| word.to_owned(), |it| format!("{it}i"))
}

/// How much two names say the same: the words they share, in whatever order, and then the look
/// of the whole.
fn alike(one: &str, other: &str) -> f64 {
    let words = |name: &str| -> Vec<String> {
        let mut words: Vec<String> = name
            .split(['.', '_'])
            .filter(|word| !word.is_empty())
            .map(stem)
            .collect();
        words.sort_unstable();
        words.dedup();
        words
    };
    let (left, right) = (words(one), words(other));
    let shared = left.iter().filter(|word| right.contains(word)).count();
    let longer = left.len().max(right.len()).max(1);
    let count = |number: usize| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
    count(shared) / count(longer) * 0.8 + jaro_winkler(one, other) * 0.2
}
