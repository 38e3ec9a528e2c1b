//! Finds the string literals of a file.
//!
//! No language is parsed here. What opens a literal and never closes it, as an apostrophe in a
//! comment does, is passed over.

use std::ops::Range;

use super::family::Family;
use super::quoting::Quoting;
use super::template;
use super::text::{byte, byte_before, head, line_end, line_start, part, prefix, tail};

/// A literal in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::check) struct Literal {
    /// All of it, with its quotes and what stands glued before them.
    pub(in crate::check) whole: Range<usize>,
    /// What is between the quotes.
    pub(in crate::check) inner: Range<usize>,
    /// How it is written.
    pub(in crate::check) quoting: Quoting,
}

/// No longer literal is looked for, so that a stray quote costs little.
const LONGEST: usize = 64 * 1024;

/// After so many marks that open nothing, only literals on one line are looked for: a text of
/// nothing else would be searched again and again.
const MISSES: usize = 2000;

/// The literals of `text`, in order, not nested.
pub(in crate::check) fn literals(text: &str, family: Family) -> Vec<Literal> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut misses = 0_usize;
    while let Some(next) = tail(text, at).find(['"', '\'', '`', '\n', '<', '@', '|', '>']) {
        let here = at.saturating_add(next);
        let is_strange = misses > MISSES;
        let family = if is_strange { Family::Code } else { family };
        if family == Family::Hcl
            && byte(text, here) == b'"'
            && let Some(end) = template::interpolated(text, here, &mut found)
        {
            at = end;
            continue;
        }
        let literal = match byte(text, here) {
            b'\n' => None,
            b'<' => heredoc(text, here, family),
            b'@' => here_string(text, here, family),
            b'|' | b'>' => block_scalar(text, here, family),
            b'`' => back_quoted(text, here, family),
            _ => quoted(text, here, family),
        };
        at = match literal {
            Some(literal) => {
                let end = literal.whole.end;
                found.push(literal);
                end
            }
            None => {
                misses = misses.saturating_add(usize::from(byte(text, here) != b'\n'));
                here.saturating_add(skipped(text, here))
            }
        };
    }
    found
}

/// How far to go after a mark that opens nothing. Of a Markdown fence, all of it.
fn skipped(text: &str, here: usize) -> usize {
    match byte(text, here) {
        b'`' => prefix(tail(text, here), |it| it == '`').max(1),
        _ => 1,
    }
}

/// `"…"`, `'…'` and their kin with three quotes, prefixes or number signs.
fn quoted(text: &str, here: usize, family: Family) -> Option<Literal> {
    let quote = char::from(byte(text, here));
    let glued = Glued::before(text, here, family);
    let before = byte_before(text, glued.start);
    let after_word = before.is_ascii_alphanumeric() || before == b'_' || before >= 0x80;
    if after_word && (quote == '\'' || closes_only(text, here)) && !after_variable(text, here) {
        return None;
    }
    if before == b'\\' && glued.start == here {
        return None;
    }
    if let Some(literal) = triple(text, here, quote, &glued, family) {
        return Some(literal);
    }
    if glued.raw {
        return raw(text, here, quote, &glued, family);
    }
    if family == Family::Rust && quote == '\'' {
        return None;
    }
    let multi_line = spans_lines(text, glued.start, quote, family);
    let start = here.saturating_add(1);
    let (end, quoting) = close(text, start, quote, family, glued.verbatim, multi_line)?;
    Some(Literal {
        whole: glued.start..end.saturating_add(1),
        inner: start..end,
        quoting,
    })
}

/// Whether a shell's word goes on after a variable: `'…'$LOGIN'…'`.
fn after_variable(text: &str, here: usize) -> bool {
    super::words::variable_before(text, here)
        .is_some_and(|start| matches!(byte_before(text, start), b'"' | b'\''))
}

/// A quote after a word, as in `x"` and `5" wide`.
fn closes_only(text: &str, here: usize) -> bool {
    let next = byte(text, here.saturating_add(1));
    next == 0 || next.is_ascii_whitespace() || matches!(next, b')' | b',' | b';' | b']')
}

/// What stands before a quote and belongs to it.
struct Glued {
    start: usize,
    raw: bool,
    verbatim: bool,
    signs: usize,
}

impl Glued {
    fn before(text: &str, here: usize, family: Family) -> Self {
        let plain = Self {
            start: here,
            raw: false,
            verbatim: false,
            signs: 0,
        };
        let text = head(text, here);
        let unsigned = text.trim_end_matches('#');
        let signs = here.saturating_sub(unsigned.len());
        let word_start = unsigned
            .trim_end_matches(|it: char| it.is_ascii_alphanumeric() || it == '_')
            .len();
        let word = tail(unsigned, word_start);
        let lower = word.to_ascii_lowercase();
        let has_prefixes = matches!(
            family,
            Family::Python | Family::Rust | Family::Code | Family::Other
        );
        let is_prefix = has_prefixes
            && matches!(
                lower.as_str(),
                "r" | "b" | "f" | "u" | "l" | "rb" | "br" | "fr" | "rf" | "cr" | "c" | "s"
            );
        if is_prefix && (signs == 0 || lower.contains('r')) {
            return Self {
                start: word_start,
                raw: lower.contains('r'),
                verbatim: false,
                signs,
            };
        }
        let sigils = text.trim_end_matches(['@', '$']).len();
        let sigil = tail(text, sigils);
        if matches!(family, Family::Code | Family::Other) && !sigil.is_empty() && sigil.len() < 3 {
            return Self {
                start: sigils,
                verbatim: sigil.contains('@'),
                ..plain
            };
        }
        plain
    }
}

fn triple(text: &str, here: usize, quote: char, glued: &Glued, family: Family) -> Option<Literal> {
    let known = match quote {
        '"' => !matches!(
            family,
            Family::Script
                | Family::Go
                | Family::Shell
                | Family::Yaml
                | Family::Doubled
                | Family::PowerShell
        ),
        _ => matches!(family, Family::Python | Family::Other),
    };
    let mark: String = std::iter::repeat_n(quote, 3).collect();
    // `"""` after an ampersand is Visual Basic: a literal that starts with a quote.
    if !known || !tail(text, here).starts_with(&mark) || joined_by_ampersand(text, here) {
        return None;
    }
    let start = here.saturating_add(3);
    let mut at = start;
    let end = loop {
        let body = part(
            text,
            at..text.floor_char_boundary(start.saturating_add(LONGEST)),
        );
        let found = at.saturating_add(body.find(&mark)?);
        if glued.raw || byte_before(text, found) != b'\\' {
            break found;
        }
        at = found.saturating_add(1);
    };
    let quoting = if glued.raw {
        Quoting::Verbatim(mark)
    } else {
        Quoting::Backslash {
            quote,
            letters: true,
            triple: true,
        }
    };
    Some(Literal {
        whole: glued.start..end.saturating_add(3),
        inner: start..end,
        quoting,
    })
}

fn joined_by_ampersand(text: &str, here: usize) -> bool {
    head(text, here).trim_end().ends_with('&')
}

/// `r"…"` and `r#"…"#`.
fn raw(text: &str, here: usize, quote: char, glued: &Glued, family: Family) -> Option<Literal> {
    let mut mark = String::from(quote);
    mark.extend(std::iter::repeat_n('#', glued.signs));
    let start = here.saturating_add(1);
    let limit = if family == Family::Rust || glued.signs > 0 {
        text.floor_char_boundary(start.saturating_add(LONGEST))
    } else {
        line_end(text, start)
    };
    let end = start.saturating_add(part(text, start..limit).find(&mark)?);
    Some(Literal {
        whole: glued.start..end.saturating_add(mark.len()),
        inner: start..end,
        quoting: Quoting::Verbatim(mark),
    })
}

/// Whether a quote may close on another line.
fn spans_lines(text: &str, start: usize, quote: char, family: Family) -> bool {
    match family {
        Family::Shell | Family::PowerShell => true,
        Family::Rust => quote == '"',
        Family::Yaml => {
            let before = part(text, line_start(text, start)..start).trim_end();
            before.is_empty() || before.ends_with([':', '-', ',', '[', '{'])
        }
        Family::Doubled => true,
        _ => false,
    }
}

/// Finds the closing quote, and how the literal is written.
fn close(
    text: &str,
    start: usize,
    quote: char,
    family: Family,
    verbatim: bool,
    multi_line: bool,
) -> Option<(usize, Quoting)> {
    let doubles = verbatim
        || match family {
            Family::PowerShell | Family::Doubled => true,
            Family::Yaml => quote == '\'',
            _ => false,
        };
    let shell_single = family == Family::Shell && quote == '\'';
    let backtick = family == Family::PowerShell && quote == '"';
    // Visual Basic goes on with a quote: `& """ and …`.
    let mut doubled = doubles
        || (joined_by_ampersand(text, start.saturating_sub(1))
            && tail(text, start).starts_with("\"\""));
    let limit = text.floor_char_boundary(start.saturating_add(LONGEST));
    let mut at = start;
    while at < limit {
        let here = byte(text, at);
        let next = byte(text, at.saturating_add(1));
        let step = match here {
            b'\n' if !multi_line => return None,
            b'\\' if !doubled && !shell_single => {
                if next == b'\n' || next == 0 {
                    1
                } else {
                    2
                }
            }
            b'`' if backtick => 2,
            _ if here == quote_byte(quote) => {
                if shell_single {
                    if !tail(text, at).starts_with(r"'\''") {
                        return Some((at, Quoting::ShellSingle));
                    }
                    4
                } else if next == here
                    && (doubles || doubled || wants_quote(part(text, start..at)))
                    && (doubles || !closes_call(text, at))
                {
                    doubled = true;
                    2
                } else {
                    return Some((at, quoting(quote, family, doubled, backtick)));
                }
            }
            _ => 1,
        };
        at = at.saturating_add(step);
    }
    None
}

fn quote_byte(quote: char) -> u8 {
    u8::try_from(u32::from(quote)).unwrap_or_default()
}

fn quoting(quote: char, family: Family, doubled: bool, backtick: bool) -> Quoting {
    match (doubled, backtick) {
        (_, true) => Quoting::Backtick { here: false },
        (true, _) => Quoting::Doubled(quote),
        _ => Quoting::Backslash {
            quote,
            letters: family != Family::Shell,
            triple: false,
        },
    }
}

/// Whether a filter's own quote would come next: `eventType eq `.
fn wants_quote(before: &str) -> bool {
    let word = before
        .trim_end()
        .rsplit([' ', '(', ','])
        .next()
        .unwrap_or_default();
    before.ends_with([' ', '[', '(', ','])
        && (before.ends_with(['[', '(', ','])
            || ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"]
                .iter()
                .any(|operator| operator.eq_ignore_ascii_case(word)))
}

/// `""` at the end of a statement or an argument is a quote and the end.
fn closes_call(text: &str, at: usize) -> bool {
    let after = tail(text, at.saturating_add(2));
    after.is_empty() || after.starts_with([')', ';', '\n', '\r'])
}

fn back_quoted(text: &str, here: usize, family: Family) -> Option<Literal> {
    if matches!(family, Family::Shell | Family::PowerShell | Family::Python) {
        return None;
    }
    let ticks = prefix(tail(text, here), |it| it == '`');
    let multi_line = matches!(family, Family::Script | Family::Go);
    if ticks > 2 || byte_before(text, here) == b'\\' || (ticks == 2 && multi_line) {
        return None;
    }
    let mark: String = std::iter::repeat_n('`', ticks).collect();
    let start = here.saturating_add(ticks);
    let limit = if multi_line {
        text.floor_char_boundary(start.saturating_add(LONGEST))
    } else {
        line_end(text, start)
    };
    let mut at = start;
    let end = loop {
        let found = at.saturating_add(part(text, at..limit).find(&mark)?);
        if family != Family::Script || byte_before(text, found) != b'\\' {
            break found;
        }
        at = found.saturating_add(1);
    };
    let quoting = if family == Family::Script {
        Quoting::backslash('`')
    } else {
        Quoting::Verbatim(mark)
    };
    Some(Literal {
        whole: here..end.saturating_add(ticks),
        inner: start..end,
        quoting,
    })
}

/// `<<EOT` and the lines up to `EOT`.
fn heredoc(text: &str, here: usize, family: Family) -> Option<Literal> {
    if !matches!(
        family,
        Family::Shell | Family::Hcl | Family::Other | Family::Yaml
    ) {
        return None;
    }
    let after = tail(text, here)
        .strip_prefix("<<")?
        .trim_start_matches(['-', '~']);
    let tag_start = after.trim_start_matches([' ', '"', '\'']);
    let tag = tag_start.get(..prefix(tag_start, |it| it.is_ascii_alphanumeric() || it == '_'))?;
    if !tag.starts_with(|it: char| it.is_ascii_alphabetic()) {
        return None;
    }
    let start = line_end(text, here).saturating_add(1);
    let mut at = start;
    for line in part(
        text,
        start..text.floor_char_boundary(start.saturating_add(LONGEST)),
    )
    .split_inclusive('\n')
    {
        if line.trim() == tag {
            return Some(Literal {
                whole: here..at.saturating_add(line.len()),
                inner: start..at,
                quoting: Quoting::Plain,
            });
        }
        at = at.saturating_add(line.len());
    }
    None
}

/// PowerShell's `@"` and `@'`, up to the same quote at the start of a line.
fn here_string(text: &str, here: usize, family: Family) -> Option<Literal> {
    if family != Family::PowerShell {
        return None;
    }
    let quote = byte(text, here.saturating_add(1));
    let start = line_end(text, here).saturating_add(1);
    if !matches!(quote, b'"' | b'\'') || !part(text, here..start).trim_end().len().eq(&2) {
        return None;
    }
    let mark = format!("\n{}@", char::from(quote));
    let body = part(
        text,
        start..text.floor_char_boundary(start.saturating_add(LONGEST)),
    );
    let end = start.saturating_add(body.find(&mark)?);
    Some(Literal {
        whole: here..end.saturating_add(mark.len()),
        inner: start..end,
        quoting: if quote == b'"' {
            Quoting::Backtick { here: true }
        } else {
            Quoting::Plain
        },
    })
}

/// YAML's `key: |` and `key: >-`, with the lines indented below.
fn block_scalar(text: &str, here: usize, family: Family) -> Option<Literal> {
    if !matches!(family, Family::Yaml | Family::Other) {
        return None;
    }
    let first = line_start(text, here);
    let line = part(text, first..here);
    let before = line.trim_end();
    let (after, _) = part(text, here.saturating_add(1)..line_end(text, here))
        .split_once('#')
        .unwrap_or((part(text, here.saturating_add(1)..line_end(text, here)), ""));
    let is_header = (before.ends_with(':') || before.trim_start() == "-")
        && line.ends_with(' ')
        && after
            .trim_end()
            .chars()
            .all(|it| it.is_ascii_digit() || matches!(it, '+' | '-'));
    if !is_header {
        return None;
    }
    let parent = prefix(before, |it| it == ' ');
    let start = line_end(text, here)
        .saturating_add(prefix(tail(text, line_end(text, here)), |it| it == '\r'))
        .saturating_add(1);
    let mut end = start;
    let mut indent = usize::MAX;
    for line in tail(text, start).split_inclusive('\n') {
        if !line.trim().is_empty() {
            let spaces = prefix(line, |it| it == ' ');
            if spaces <= parent {
                break;
            }
            indent = indent.min(spaces);
        }
        end = end.saturating_add(line.len());
    }
    (end > start && indent != usize::MAX).then(|| Literal {
        whole: here..end,
        inner: start..end,
        quoting: Quoting::Block {
            indent,
            folded: byte(text, here) == b'>',
        },
    })
}

#[cfg(test)]
mod tests {
    use super::super::layer::Layer;
    use super::*;

    fn decoded(text: &str, family: Family) -> Vec<String> {
        literals(text, family)
            .into_iter()
            .map(|literal| {
                let mut layer = Layer::default();
                literal.quoting.decode(text, literal.inner, &mut layer);
                layer.text
            })
            .collect()
    }

    const FILTER: &str = r#"eventType eq "x""#;

    #[test]
    fn every_way_to_write_a_filter() {
        for (text, family) in [
            (r#"f = 'eventType eq "x"'"#, Family::Python),
            (r#"f = "eventType eq \"x\"""#, Family::Python),
            (r#"f = r'eventType eq "x"'"#, Family::Python),
            (r#"f = '''eventType eq "x"'''"#, Family::Python),
            (r##"let f = r#"eventType eq "x""#;"##, Family::Rust),
            (r#"let f = "eventType eq \"x\"";"#, Family::Rust),
            ("f := `eventType eq \"x\"`", Family::Go),
            ("const f = `eventType eq \"x\"`", Family::Script),
            (r#"f = @"eventType eq ""x""";"#, Family::Code),
            (r#"f = "eventType eq ""x""""#, Family::Doubled),
            (r#"f = "eventType eq ""x""""#, Family::Other),
            ("$f = \"eventType eq `\"x`\"\"", Family::PowerShell),
            (r#"$f = 'eventType eq "x"'"#, Family::PowerShell),
            ("$f = @'\neventType eq \"x\"\n'@", Family::PowerShell),
            ("$f = @\"\neventType eq \"x\"\n\"@", Family::PowerShell),
            (r#"f='eventType eq "x"'"#, Family::Shell),
            (r#"f="eventType eq \"x\"""#, Family::Shell),
            (r#"{"f": "eventType eq \"x\""}"#, Family::Other),
            (r#"{"f": "eventType eq \u0022x\u0022"}"#, Family::Other),
            (r#"f: 'eventType eq "x"'"#, Family::Yaml),
            (r#"f: "eventType eq \"x\"""#, Family::Yaml),
            ("f: |\n  eventType eq \"x\"\ng: 1", Family::Yaml),
            ("f = <<-EOT\neventType eq \"x\"\n  EOT\n", Family::Hcl),
            ("Use `eventType eq \"x\"` here", Family::Other),
        ] {
            let all = decoded(text, family);
            assert!(all.iter().any(|it| it.trim() == FILTER), "{text}: {all:?}");
        }
    }

    #[test]
    fn apostrophes_open_nothing() {
        let text = "# don't, it's\nf = 'eventType eq \"x\"'\n";
        for family in [Family::Python, Family::Shell, Family::Yaml, Family::Other] {
            assert_eq!(decoded(text, family), [FILTER], "{family:?}");
        }
        let text = "fn f<'a>(x: &'a str) { g(\"eventType eq \\\"x\\\"\") }";
        assert_eq!(decoded(text, Family::Rust), [FILTER]);
    }
}
