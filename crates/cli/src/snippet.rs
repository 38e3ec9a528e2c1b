//! A source line with the span of an error marked under it, as rustc prints them.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use events2logs_mapping::query::QueryError;

use crate::style::{ERROR, styled, visible};

/// What is wrong at one place of a text.
pub(crate) struct Finding<'a> {
    /// Where the text is from: a file, or what the text is.
    pub(crate) origin: &'a str,
    pub(crate) source: &'a str,
    pub(crate) span: Range<usize>,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

/// Renders an error, in colours; the stream takes them away where they are not wanted.
pub(crate) fn error(finding: &Finding<'_>) -> String {
    // Escapes would move the span; what a terminal would obey is shown as a blank instead.
    let source: String = finding
        .source
        .chars()
        .map(|character| {
            if visible(character.encode_utf8(&mut [0; 4])).starts_with('\\')
                && character != '\n'
                && character != '\\'
            {
                // As many bytes as before, so that spans stay where they are.
                " ".repeat(character.len_utf8())
            } else {
                character.to_string()
            }
        })
        .collect();
    let start = finding.span.start.min(source.len());
    let end = finding.span.end.clamp(start, source.len());
    let snippet = Snippet::source(source.as_str())
        .path(finding.origin)
        .annotation(AnnotationKind::Primary.span(start..end));
    let mut group = Level::ERROR
        .primary_title(visible(&finding.message))
        .element(snippet);
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(visible(help)));
    }
    Renderer::styled().render(&[group])
}

/// Renders why `query` cannot be read.
pub(crate) fn query_error(origin: &str, query: &str, error: &QueryError) -> String {
    match error {
        QueryError::Filter { filter, errors } => {
            // Spans are within the filter, which a URL holds encoded.
            let origin = if filter.trim() == query.trim() {
                origin.to_owned()
            } else {
                format!("filter of {origin}")
            };
            let rendered = errors.errors().iter().map(|found| {
                let finding = Finding {
                    origin: &origin,
                    source: filter,
                    span: found.span.start..found.span.end,
                    message: found.message(),
                    help: found.help().map(Into::into),
                };
                format!("{}\n", self::error(&finding))
            });
            rendered.collect()
        }
        QueryError::OpenQuote { span } => {
            let finding = Finding {
                origin,
                source: query.trim(),
                span: span.start..span.end,
                message: error.to_string(),
                help: None,
            };
            format!("{}\n", self::error(&finding))
        }
        QueryError::Empty | QueryError::NoUrl => {
            format!("{} {origin}: {error}\n", styled(ERROR, "error:"))
        }
    }
}
