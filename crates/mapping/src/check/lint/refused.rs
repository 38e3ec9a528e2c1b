//! What the server refuses in a filter that it can read.

use events2logs_filter::Comparison;

use crate::check::rules::refused as rules;

use super::{Part, Sink};

/// Reports a refused comparison; tells whether it is one.
pub(super) fn check(
    sink: &mut Sink<'_>,
    part: Part<'_>,
    comparison: &Comparison,
    is_legacy: bool,
) -> bool {
    let path = comparison.path.as_str();
    let attributes = &sink.context.tables.filter_attributes;
    let word = comparison.test.word();
    let refuses = attributes
        .get(path)
        .is_some_and(|row| row.refused_operators.iter().any(|it| it == word));
    if !refuses {
        return false;
    }
    let whole = part.span(comparison.span());
    if path == "published" {
        let help = if is_legacy {
            "the old API took it; /api/v1/logs answers E0000053: give the window by since and \
             until (`events2logs rewrite` does)"
        } else {
            "the server answers E0000053: give the window by the parameters since and until"
        };
        sink.add(
            &rules::PUBLISHED,
            whole,
            "`published` cannot be filtered by".to_owned(),
        )
        .help(help);
    } else if path.starts_with("target.changeDetails") {
        sink.add(
            &rules::CHANGE_DETAILS,
            whole,
            format!("{} cannot be searched", super::shown(path)),
        )
        .help("search by eventType, and look at target.changeDetails in the events returned");
    } else {
        sink.add(
            &rules::CONTAINS_URL,
            part.span(comparison.spans.operator),
            format!("the server refuses `{word}` on {}", super::shown(path)),
        )
        .help("it answers E0000031: use `eq` or `sw`, or on requestUri `ew`");
    }
    true
}
