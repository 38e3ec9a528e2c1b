//! Whether something is a query of Okta's System Log at all. Other products have the same syntax,
//! and the same paths.

use events2logs_filter::contains_placeholder;

use crate::tables::Tables;

use super::request::{Endpoint, PARAMETERS, Request};
use super::text::{head, part, tail};
use super::words::{is_operator, is_word};

/// What else is known of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Evidence<'t> {
    pub(super) tables: &'t Tables,
    /// It names Okta somewhere.
    pub(super) about_okta: bool,
}

/// Attributes that other APIs have as well.
const COMMON: [&str; 13] = [
    "published",
    "severity",
    "uuid",
    "version",
    "device",
    "eventId",
    "sessionId",
    "requestId",
    "eventType",
    "event_type",
    "request",
    "actor",
    "client",
];

/// The attribute as the tables know it: without places in arrays, in camel case.
pub(in crate::check) fn names_attribute(path: &str, tables: &Tables) -> bool {
    let plain: Vec<String> = path
        .split('.')
        .filter(|part| part.is_empty() || !part.bytes().all(|it| it.is_ascii_digit()))
        .map(camel)
        .collect();
    let plain = plain.join(".");
    tables.filter_attributes.get(&plain).is_some() || tables.legacy_attributes.get(&plain).is_some()
}

/// `event_type` becomes `eventType`.
fn camel(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut raise = false;
    for character in name.chars() {
        if character == '_' && !out.is_empty() {
            raise = true;
        } else if raise {
            out.push(character.to_ascii_uppercase());
            raise = false;
        } else {
            out.push(character);
        }
    }
    out
}

/// Whether the parameters at `start` belong to a path, as in `/api/v1/apps?`: of users, apps or
/// groups a filter asks for other things.
pub(super) fn is_after_path(text: &str, start: usize) -> bool {
    let before = head(text, start);
    let word = before
        .rfind(|it: char| it.is_whitespace() || matches!(it, '"' | '\'' | '`'))
        .map_or(0, |at| at.saturating_add(1));
    let Some((path, _)) = tail(before, word).split_once('?') else {
        return false;
    };
    path.contains('/')
}

impl Evidence<'_> {
    /// Whether a filter asks for what the System Log has.
    pub(super) fn is_query(&self, filter: &str) -> bool {
        // Okta's governance API: the same words, another language of attributes.
        if filter.contains(".externalId ") {
            return false;
        }
        let words: Vec<&str> = filter
            .split(|it: char| it.is_whitespace() || it == '(')
            .filter(|it| !it.is_empty())
            .collect();
        if super::words::is_value_path(filter) {
            return true;
        }
        let mut any = false;
        let (mut known, mut types) = (0_usize, 0_usize);
        for (at, path) in words.iter().enumerate() {
            let path = path.trim_matches(|it: char| !is_word(it));
            if !names_attribute(path, self.tables) {
                continue;
            }
            let next = words.get(at.saturating_add(1)).copied().unwrap_or_default();
            if !is_operator(next) && !super::words::is_nearly_operator(next) {
                continue;
            }
            let written = words.get(at.saturating_add(2)).copied().unwrap_or_default();
            let value = written.trim_matches(|it: char| !is_word(it) && !"{}<>%".contains(it));
            if self.is_strong(path) || self.is_event_type(value) {
                return true;
            }
            // `published gt 2020` and `eventType eq 'Microsoft.Resources.Write'` are others'.
            let is_type = matches!(path, "eventType" | "event_type");
            if written.starts_with(|it: char| !it.is_alphanumeric())
                && !(is_type && value.contains(|it: char| it.is_ascii_uppercase()))
            {
                any = true;
                known = known.saturating_add(1);
                types = types.saturating_add(usize::from(is_type));
            }
        }
        // One such comparison may be anybody's, two hardly are.
        any && (self.about_okta || known > 1 && types > 0)
    }

    /// Whether the filter of a request is plainly one for the System Log.
    pub(super) fn asks(&self, text: &str, request: &Request) -> bool {
        request.params.iter().any(|(name, value)| {
            part(text, name.clone()) == "filter" && self.is_encoded_query(part(text, value.clone()))
        })
    }

    fn is_strong(&self, path: &str) -> bool {
        !COMMON.contains(&path)
    }

    /// Whether a value is an event type, or looks like one.
    fn is_event_type(&self, value: &str) -> bool {
        if contains_placeholder(value) || value.starts_with('{') {
            return self.about_okta;
        }
        let value = value.trim_end_matches('.');
        let is_known = |value: &str| {
            self.tables.catalog.get(value).is_some() || self.tables.event_types.get(value).is_some()
        };
        let first = value.split('.').next().unwrap_or_default();
        let prefix = head(value, first.len().saturating_add(1));
        is_known(value)
            || (value.contains('.')
                && (self
                    .tables
                    .catalog
                    .rows()
                    .iter()
                    .any(|row| row.event_type.starts_with(prefix))
                    || self
                        .tables
                        .event_types
                        .rows()
                        .iter()
                        .any(|row| row.legacy_event_type.starts_with(prefix))))
    }

    /// Whether a request is one of Okta's: Kubernetes and Datadog have the same paths.
    pub(super) fn is_request(&self, text: &str, request: &Request) -> bool {
        let host = part(text, request.span.start..request.word.start);
        let others = [
            "datadog",
            "kubernetes",
            "k8s",
            "grafana",
            "sentry",
            "loki",
            "localhost",
        ];
        if others.iter().any(|it| host.contains(it)) {
            return false;
        }
        if host.contains("okta") {
            return true;
        }
        let names: Vec<&str> = request
            .params
            .iter()
            .map(|(name, _)| part(text, name.clone()))
            .collect();
        if self.asks(text, request) {
            return true;
        }
        let is_legacy_cursor = request.params.iter().any(|(name, value)| {
            part(text, name.clone()) == "after" && part(text, value.clone()).starts_with("tev")
        });
        if is_legacy_cursor {
            return true;
        }
        let full_path = host.ends_with("/api/v1/");
        let by_date = request.params.iter().any(|(name, value)| {
            let value = crate::query::Style::of(part(text, value.clone()))
                .decode(part(text, value.clone()));
            part(text, name.clone()) == "filter"
                && value
                    .trim_start_matches(['(', ' '])
                    .starts_with("published ")
        });
        if full_path && by_date {
            return true;
        }
        let all_known = !names.is_empty() && names.iter().all(|name| PARAMETERS.contains(name));
        let telling = match request.endpoint {
            Endpoint::Events => names.contains(&"startDate"),
            _ => names
                .iter()
                .any(|name| matches!(*name, "since" | "until" | "sortOrder" | "startDate")),
        };
        // A host that is spelled out and is not Okta's has to ask for what only Okta has.
        let is_foreign = host.contains("://")
            && !host.contains(['{', '$', '<', '%', '['])
            && !host.contains("example.");
        // A program puts the rest of the path before it.
        let is_events = telling
            && all_known
            && request.endpoint == Endpoint::Events
            && self.about_okta
            && !host.contains("://");
        is_events || full_path && ((self.about_okta && !is_foreign) || (all_known && telling))
    }

    fn is_encoded_query(&self, value: &str) -> bool {
        let style = crate::query::Style::of(value);
        self.is_query(&style.decode(value))
    }
}
