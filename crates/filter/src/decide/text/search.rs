//! The shortest string that several automata accept.

use std::collections::{HashMap, HashSet};

use super::super::effort::{Budget, Undecided};
use super::alphabet::reduced;
use super::scan::Scan;

/// With more texts than this to contain, shortness is not sought: to order
/// them for the shortest string is a travelling salesman's problem.
const CONTAINED: usize = 5;

/// The steps that a state costs when it is new: it takes memory.
const NEW: usize = 30;

/// A string on the way: the one before it, the character it adds, and the
/// state of each automaton after it.
struct Found {
    before: usize,
    added: char,
    states: Box<[u32]>,
}

/// States of several automata; for the most part those from which all can
/// still accept.
pub(super) type Hopeful = HashSet<Box<[u32]>>;

/// The shortest string that all of `scans` accept, the empty one only where
/// there is no other. Of equally short ones, one that reads well.
pub(super) fn shortest(scans: &[Scan], budget: &mut Budget) -> Result<Option<String>, Undecided> {
    let Some(start) = start(scans) else {
        return Ok(None);
    };
    if let Some(text) = composed(scans, &start, budget)? {
        return Ok(Some(text));
    }
    let empty_will_do = accepts(scans, &start);
    let found = walk(scans, start, None, budget)?;
    Ok(found.or_else(|| empty_will_do.then(String::new)))
}

/// The shortest string that all of `scans` accept, where it is known from
/// which states the first of them can.
pub(super) fn shortest_among(
    scans: &[Scan],
    hopeful: &Hopeful,
    budget: &mut Budget,
) -> Result<Option<String>, Undecided> {
    match start(scans) {
        Some(start) => walk(scans, start, Some(hopeful), budget),
        None => Ok(None),
    }
}

/// Every state from which all of `scans` can still accept; none where they
/// cannot at all.
pub(super) fn hopeful(scans: &[Scan], budget: &mut Budget) -> Result<Hopeful, Undecided> {
    let mut all: HashMap<Box<[u32]>, usize> = HashMap::new();
    let mut order: Vec<Box<[u32]>> = start(scans).into_iter().collect();
    // For each state those it was reached from.
    let mut before: Vec<Vec<usize>> = vec![Vec::new()];
    let alphabet = alphabet(scans);
    let mut states = Vec::new();
    let mut at = 0;
    while at < order.len() {
        for c in &alphabet {
            budget.spend(scans.len().saturating_add(4))?;
            let alive = order
                .get(at)
                .is_some_and(|from| advance(scans, from, *c, &mut states));
            if !alive {
                continue;
            }
            let number = match all.get(states.as_slice()) {
                Some(number) => *number,
                None => {
                    budget.spend(NEW)?;
                    let number = order.len();
                    all.insert(states.as_slice().into(), number);
                    order.push(states.as_slice().into());
                    before.push(Vec::new());
                    number
                }
            };
            if let Some(list) = before.get_mut(number) {
                list.push(at);
            }
        }
        at = at.saturating_add(1);
    }
    let mut hopeful = HashSet::new();
    let ends = order.iter().enumerate();
    let ends = ends.filter(|(_, states)| accepts(scans, states));
    let mut open: Vec<usize> = ends.map(|(number, _)| number).collect();
    while let Some(number) = open.pop() {
        if let Some(states) = order.get(number)
            && hopeful.insert(states.clone())
        {
            open.extend(before.get(number).into_iter().flatten());
        }
    }
    Ok(hopeful)
}

/// Whether all of `scans` accept when they read `text` from one of `states`.
pub(super) fn can_end_with(
    scans: &[Scan],
    states: &[&[u32]],
    text: &str,
    budget: &mut Budget,
) -> Result<bool, Undecided> {
    let (mut now, mut next) = (Vec::new(), Vec::new());
    for start in states {
        budget.spend(scans.len().saturating_add(4))?;
        now.clear();
        now.extend_from_slice(start);
        let alive = text.chars().all(|c| {
            let alive = advance(scans, &now, c, &mut next);
            std::mem::swap(&mut now, &mut next);
            alive
        });
        if alive && accepts(scans, &now) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn start(scans: &[Scan]) -> Option<Box<[u32]>> {
    scans.iter().map(Scan::start).collect()
}

/// The characters to try, those that read well first.
fn alphabet(scans: &[Scan]) -> Vec<char> {
    let is_date = |scan: &&Scan| matches!(scan, Scan::Date { wanted: true, .. });
    match scans.iter().find(is_date) {
        // No other makes a date.
        Some(date) => date.characters().to_vec(),
        None => reduced(&scans.iter().flat_map(Scan::characters).copied().collect()),
    }
}

/// Breadth first, from `start`, which is not the end.
fn walk(
    scans: &[Scan],
    start: Box<[u32]>,
    among: Option<&Hopeful>,
    budget: &mut Budget,
) -> Result<Option<String>, Undecided> {
    let alphabet = alphabet(scans);
    // How many of the automata `among` is about.
    let first = among
        .and_then(|among| among.iter().next())
        .map_or(0, |states| states.len());
    // The start is not: coming back to it makes a string that is not empty.
    let mut seen = Hopeful::new();
    let mut found = vec![Found {
        before: 0,
        added: ' ',
        states: start,
    }];
    let mut states = Vec::with_capacity(scans.len());
    let mut at = 0;
    while at < found.len() {
        for c in &alphabet {
            budget.spend(scans.len().saturating_add(4))?;
            let alive = found
                .get(at)
                .is_some_and(|found| advance(scans, &found.states, *c, &mut states));
            if !alive || seen.contains(states.as_slice()) {
                continue;
            }
            if let (Some(among), Some(states)) = (among, states.get(..first))
                && !among.contains(states)
            {
                continue;
            }
            budget.spend(NEW)?;
            let ends = accepts(scans, &states);
            seen.insert(states.as_slice().into());
            found.push(Found {
                before: at,
                added: *c,
                states: states.as_slice().into(),
            });
            if ends {
                return Ok(Some(spell(&found)));
            }
        }
        at = at.saturating_add(1);
    }
    Ok(None)
}

/// The states after one more character; false where that cannot be right.
fn advance(scans: &[Scan], states: &[u32], c: char, next: &mut Vec<u32>) -> bool {
    next.clear();
    for (scan, state) in scans.iter().zip(states) {
        match scan.step(*state, c) {
            Some(state) => next.push(state),
            None => return false,
        }
    }
    true
}

fn accepts(scans: &[Scan], states: &[u32]) -> bool {
    scans
        .iter()
        .zip(states)
        .all(|(scan, state)| scan.accepts(*state))
}

/// The last string found.
fn spell(found: &[Found]) -> String {
    let mut characters = Vec::new();
    let mut at = found.len().saturating_sub(1);
    while at > 0
        && let Some(last) = found.get(at)
    {
        characters.push(last.added);
        at = last.before;
    }
    characters.iter().rev().collect()
}

/// Where a string has many texts to contain: the start, all of them and the
/// end one after the other, if that will do.
fn composed(
    scans: &[Scan],
    start: &[u32],
    budget: &mut Budget,
) -> Result<Option<String>, Undecided> {
    let contained = |scan: &&Scan| matches!(scan, Scan::Contains { wanted: true, .. });
    if scans.iter().filter(contained).count() <= CONTAINED {
        return Ok(None);
    }
    for separator in ["", " "] {
        let mut parts: Vec<String> = Vec::new();
        for rank in 0..3_u8 {
            for scan in scans.iter().filter(|scan| place(scan) == Some(rank)) {
                let part: String = scan.characters().iter().collect();
                if !parts.iter().any(|other| other.contains(&part)) {
                    parts.push(part);
                }
            }
        }
        let text = parts.join(separator);
        budget.spend(text.len().saturating_mul(scans.len()))?;
        let mut states = start.to_vec();
        let mut next = Vec::new();
        let alive = text.chars().all(|c| {
            let alive = advance(scans, &states, c, &mut next);
            std::mem::swap(&mut states, &mut next);
            alive
        });
        if alive && accepts(scans, &states) {
            return Ok(Some(text));
        }
    }
    Ok(None)
}

/// Where a text that must be there goes: first, between, or last.
const fn place(scan: &Scan) -> Option<u8> {
    match scan {
        Scan::Prefix { wanted: true, .. } => Some(0),
        Scan::Contains { wanted: true, .. } => Some(1),
        Scan::Suffix { wanted: true, .. } => Some(2),
        _ => None,
    }
}
