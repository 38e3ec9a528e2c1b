//! What does not hold of one input and its output, event by event.

use super::deep::Pair;
use super::finding::{Finding, What};
use super::rejects::{Reject, sum};
use super::side::Text;
use crate::weight::OVER_MEMORY;

/// Findings of one file that are named one by one.
const NAMED: usize = 10;

/// The findings so far.
pub(super) struct Notebook<'p, 't> {
    pub(super) pair: &'p Pair<'p, 't>,
    findings: Vec<Finding>,
    /// Of each finding.
    keys: Vec<Keys>,
    all: u64,
}

/// What tells that two findings are sides of one.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Keys {
    /// Of the record that is missed, with its line.
    pub(super) missed: Option<(u64, u64)>,
    /// Of the event that stands there.
    pub(super) there: Option<u64>,
}

impl<'p, 't> Notebook<'p, 't> {
    pub(super) fn new(pair: &'p Pair<'p, 't>) -> Self {
        Self {
            pair,
            findings: Vec::new(),
            keys: Vec::new(),
            all: 0,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all == 0
    }

    pub(super) fn add(&mut self, file: &str, line: Option<u64>, what: What, keys: Keys) {
        // Some more than are named, since a lost event and an added one may be one that moved.
        const KEPT: usize = NAMED * 10;
        self.all = self.all.saturating_add(1);
        if self.findings.len() < KEPT {
            let file = file.to_owned();
            self.findings.push(Finding { file, line, what });
            self.keys.push(keys);
        }
    }

    pub(super) fn rejected(&mut self, reject: &Reject, text: &Text) {
        let stands = match text.heavy() {
            Some(heavy) => heavy.sum,
            None => sum(&text.bytes),
        };
        if reject.line != text.line || reject.record != Some(stands) {
            return self.reject_differs(reject);
        }
        let founded = match (text.heavy(), text.unfit()) {
            (Some(heavy), _) => match reject.code.as_str() {
                // More than there is for converting is known only of what this run had.
                OVER_MEMORY => Ok(()),
                "invalid-json" if !heavy.is_json => Ok(()),
                _ => {
                    let what = What::EventNotCompared {
                        input: self.pair.input.to_owned(),
                        line: text.line,
                        needed: heavy.needed,
                        most: heavy.most,
                    };
                    return self.add(self.pair.rejects, Some(reject.at), what, Keys::default());
                }
            },
            (None, Some(code)) if code == reject.code => Ok(()),
            (None, Some(code)) => Err(Some(code.to_owned())),
            (None, None) => self.pair.proof.rejects(text.event(), &reject.code),
        };
        if let Err(found) = founded {
            let what = What::RejectUnfounded {
                input: self.pair.input.to_owned(),
                line: text.line,
                code: reject.code.clone(),
                found,
            };
            self.add(self.pair.rejects, Some(reject.at), what, Keys::default());
        }
    }

    pub(super) fn reject_differs(&mut self, reject: &Reject) {
        let what = What::RejectDiffers {
            input: self.pair.input.to_owned(),
            line: reject.line,
        };
        self.add(self.pair.rejects, Some(reject.at), what, Keys::default());
    }

    /// The findings, of which those that are two sides of one are one.
    pub(super) fn finish(self) -> Vec<Finding> {
        let missed: Vec<(usize, u64, u64)> = self
            .keys
            .iter()
            .enumerate()
            .filter_map(|(at, keys)| keys.missed.map(|(key, line)| (at, key, line)))
            .collect();
        let mut found_again = vec![false; self.findings.len()];
        let mut findings = self.findings;
        for ((at, finding), keys) in findings.iter_mut().enumerate().zip(&self.keys) {
            let Some(key) = keys.there else { continue };
            let other = missed.iter().find(|(other, missed, _)| {
                *missed == key && *other != at && found_again.get(*other) == Some(&false)
            });
            let Some((other, _, line)) = other else {
                continue;
            };
            match &mut finding.what {
                What::EventDiffers { holds, .. } => *holds = Some(*line),
                what => {
                    *what = What::EventMoved {
                        input: self.pair.input.to_owned(),
                        line: *line,
                    }
                }
            }
            if let Some(again) = found_again.get_mut(*other) {
                *again = true;
            }
        }
        let mut all = self.all;
        let mut again = found_again.into_iter();
        findings.retain(|finding| {
            let again = again.next() == Some(true);
            let goes = again && matches!(finding.what, What::EventLost { .. });
            all = all.saturating_sub(u64::from(goes));
            !goes
        });
        findings.truncate(NAMED);
        let more = all.saturating_sub(findings.len() as u64);
        if more > 0 {
            findings.push(Finding {
                file: self.pair.output.to_owned(),
                line: None,
                what: What::More { count: more },
            });
        }
        findings
    }
}
