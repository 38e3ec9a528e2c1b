//! Fixes, applied until there are no more.

use std::collections::BTreeMap;

use events2logs_mapping::check::{Edit, Finding, Fix};

/// How often a text is checked anew after fixes; more means that fixes undo each other.
const PASSES: usize = 10;

/// A text with its fixes applied.
#[derive(Debug)]
pub struct Fixed {
    /// What it is now.
    pub text: String,
    /// How many findings were fixed.
    pub fixed: usize,
    /// What is still to be found in it.
    pub left: Vec<Finding>,
    /// Whether it came to an end by itself: no fix is left to apply.
    pub ended: bool,
}

/// Applies the fixes of what `find` finds in `text`, those that keep the meaning or, with
/// `unsafe_too`, all, and again to what `find` then finds, until there are no more.
///
/// Of fixes that touch one another the first is applied, the others have their turn if they are
/// still wanted after it. A fix is applied with all its edits or not at all.
pub fn fix(text: &str, unsafe_too: bool, find: impl Fn(&str) -> Vec<Finding>) -> Fixed {
    let mut fixed = Fixed {
        text: text.to_owned(),
        fixed: 0,
        left: find(text),
        ended: false,
    };
    for _ in 0..PASSES {
        let (text, applied) = apply(&fixed.text, &fixed.left, unsafe_too);
        if text == fixed.text {
            fixed.ended = true;
            return fixed;
        }
        fixed.left = find(&text);
        fixed.text = text;
        fixed.fixed = fixed.fixed.saturating_add(applied);
    }
    fixed.ended = apply(&fixed.text, &fixed.left, unsafe_too).1 == 0;
    fixed
}

/// Applies as many fixes as do not touch one another, and says how many.
fn apply(text: &str, findings: &[Finding], unsafe_too: bool) -> (String, usize) {
    let mut chosen = Chosen::default();
    let mut applied = 0_usize;
    for finding in findings {
        let Some(fix) = &finding.fix else { continue };
        if (fix.safe || unsafe_too) && chosen.take(fix, text) {
            applied = applied.saturating_add(1);
        }
    }
    let crlf = has_crlf(text);
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for edit in chosen.0.values() {
        // `take` has seen that both are there.
        out.push_str(text.get(done..edit.span.start).unwrap_or_default());
        if crlf && edit.text.contains('\n') {
            out.push_str(&edit.text.replace("\r\n", "\n").replace('\n', "\r\n"));
        } else {
            out.push_str(&edit.text);
        }
        done = edit.span.end;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    (out, applied)
}

/// Edits that do not touch one another, by start and end.
#[derive(Default)]
struct Chosen<'e>(BTreeMap<(usize, usize), &'e Edit>);

impl<'e> Chosen<'e> {
    /// Takes the edits of a fix, if all of them have their place in `text` and none touches a
    /// chosen one.
    fn take(&mut self, fix: &'e Fix, text: &str) -> bool {
        let mut taken = Vec::new();
        for edit in &fix.edits {
            let key = (edit.span.start, edit.span.end);
            if text.get(edit.span.clone()).is_none() || !self.is_free(key) {
                for key in taken {
                    self.0.remove(&key);
                }
                return false;
            }
            self.0.insert(key, edit);
            taken.push(key);
        }
        !taken.is_empty()
    }

    /// Whether nothing chosen is there. Since they do not overlap, only the ones next to it count.
    fn is_free(&self, key: (usize, usize)) -> bool {
        let (start, end) = key;
        let before = self.0.range(..key).next_back();
        let after = self.0.range(key..).next();
        // Two insertions at one place have no order.
        !self.0.contains_key(&key)
            && before.is_none_or(|(other, _)| other.1 <= start)
            && after.is_none_or(|(other, _)| end <= other.0)
    }
}

/// Whether the first line ends as on Windows.
fn has_crlf(text: &str) -> bool {
    text.split_once('\n')
        .is_some_and(|(line, _)| line.ends_with('\r'))
}

#[cfg(test)]
#[allow(
    clippy::arithmetic_side_effects,
    reason = "a test states what must hold; a panic is its report"
)]
mod tests {
    use std::ops::Range;

    use events2logs_mapping::check::{Rule, Severity};
    use proptest::prelude::*;

    use super::*;

    static RULE: Rule = Rule {
        code: "E2L201",
        name: "",
        severity: Severity::Error,
        summary: "",
        reason: "",
        example: "",
        instead: "",
        fix: Some(true),
    };

    fn finding(safe: bool, edits: &[(Range<usize>, &str)]) -> Finding {
        Finding {
            rule: &RULE,
            severity: Severity::Error,
            span: edits.first().map_or(0..0, |edit| edit.0.clone()),
            message: String::new(),
            help: None,
            fix: Some(Fix {
                safe,
                edits: edits
                    .iter()
                    .map(|(span, text)| Edit {
                        span: span.clone(),
                        text: (*text).to_owned(),
                    })
                    .collect(),
            }),
        }
    }

    /// Finds `from` and wants `to`.
    fn replacing(from: &str, to: &str, safe: bool) -> impl Fn(&str) -> Vec<Finding> {
        move |text| {
            text.match_indices(from)
                .map(|(at, it)| finding(safe, &[(at..at + it.len(), to)]))
                .collect()
        }
    }

    #[test]
    fn safe_fixes_alone_unless_told() {
        let find = replacing("old", "new", false);
        let kept = fix("old old", false, &find);
        assert_eq!((kept.text.as_str(), kept.fixed), ("old old", 0));
        assert_eq!((kept.left.len(), kept.ended), (2, true));
        let fixed = fix("old old", true, &find);
        assert_eq!((fixed.text.as_str(), fixed.fixed), ("new new", 2));
        assert_eq!((fixed.left.len(), fixed.ended), (0, true));
    }

    #[test]
    fn what_a_fix_brings_about_is_fixed_too() {
        let fixed = fix("aaaaa", false, replacing("aa", "a", true));
        assert_eq!((fixed.text.as_str(), fixed.ended), ("a", true));
        assert_eq!(fixed.fixed, 4);
    }

    #[test]
    fn fixes_that_undo_each_other_come_to_an_end() {
        let fixed = fix("a", false, |text| {
            vec![finding(
                true,
                &[(0..1, if text == "a" { "b" } else { "a" })],
            )]
        });
        assert!(!fixed.ended);
        let grows = fix("a", false, |_| vec![finding(true, &[(0..0, "a")])]);
        assert_eq!((grows.text.len(), grows.ended), (11, false));
        let same = fix("a", false, |_| vec![finding(true, &[(0..1, "a")])]);
        assert_eq!((same.fixed, same.ended), (0, true));
    }

    #[test]
    fn a_fix_is_applied_whole_or_not() {
        let once = |findings: &[Finding]| apply("0123456789", findings, false);
        // The second touches the first with one of its edits.
        let (text, applied) = once(&[
            finding(true, &[(2..4, "x")]),
            finding(true, &[(0..1, "y"), (3..5, "y")]),
            finding(true, &[(4..4, "z")]),
        ]);
        assert_eq!((text.as_str(), applied), ("01xz456789", 2));
        let insertions = once(&[finding(true, &[(1..1, "a")]), finding(true, &[(1..1, "b")])]);
        assert_eq!(insertions, ("0a123456789".to_owned(), 1));
        for bad in [&[(5..99, "")][..], &[(1..3, ""), (2..4, "")], &[]] {
            assert_eq!(once(&[finding(true, bad)]).1, 0, "{bad:?}");
        }
        assert_eq!(apply("é", &[finding(true, &[(1..2, "")])], false).1, 0);
    }

    #[test]
    fn line_ends_are_those_of_the_file() {
        let fixed = fix("a\r\nX\r\n", false, replacing("X", "b\nc\r\nd", true));
        assert_eq!(fixed.text, "a\r\nb\r\nc\r\nd\r\n");
        let fixed = fix("a\nX", false, replacing("X", "b\nc", true));
        assert_eq!(fixed.text, "a\nb\nc");
    }

    proptest! {
        /// Nothing but what an edit names changes, whatever the edits.
        #[test]
        fn arbitrary_edits_leave_the_rest(
            text in "[a-zé\n]{0,20}",
            edits in prop::collection::vec((0usize..24, 0usize..6, "[A-Z]{0,3}"), 0..6),
        ) {
            let findings: Vec<Finding> = edits
                .iter()
                .map(|(at, length, with)| finding(true, &[(*at..at + length, with)]))
                .collect();
            let (out, applied) = apply(&text, &findings, false);
            prop_assert!(applied <= findings.len());
            let kept: String = out.chars().filter(|it| !it.is_ascii_uppercase()).collect();
            let mut rest = kept.chars();
            // What is left of the text is a subsequence of it.
            let mut next = rest.next();
            for character in text.chars() {
                if next == Some(character) {
                    next = rest.next();
                }
            }
            prop_assert_eq!(next, None);
        }
    }
}
