//! How far a run is, on a terminal as a bar, in a log as a line every so often.

use std::fs;
use std::io::{self, IsTerminal as _, Write as _};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

use events2logs_batch::{Inputs, Place, Progress, Seen};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::style::{counted, size, thousands};

/// How often the bar moves.
const BAR: Duration = Duration::from_millis(100);

/// How often a log gets a line.
const LOG: Duration = Duration::from_secs(30);

/// Shows how far a run is till it is dropped.
pub(crate) struct Watch {
    /// Dropped to end the thread.
    over: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
    bar: Option<ProgressBar>,
}

/// What a run has before it.
#[derive(Debug, Clone, Copy)]
struct Whole {
    inputs: u64,
    /// None where standard input or a FIFO is among them.
    bytes: Option<u64>,
}

impl Whole {
    fn of(inputs: &Inputs) -> Self {
        // What a member of an archive has is not known before it is read.
        let size = |place: &Place| match place {
            Place::File(path) => fs::metadata(path)
                .ok()
                .filter(fs::Metadata::is_file)
                .map(|found| found.len()),
            Place::Member(_) | Place::Stdin => None,
        };
        Self {
            inputs: inputs.found.len() as u64,
            bytes: inputs.inputs().map(|input| size(&input.place)).sum(),
        }
    }
}

impl Watch {
    /// Shows how far `progress` is with `inputs`, unless it is to be `quiet`.
    pub(crate) fn start(progress: &Arc<Progress>, inputs: &Inputs, quiet: bool) -> Self {
        if quiet {
            return Self {
                over: None,
                thread: None,
                bar: None,
            };
        }
        let (over, is_over) = mpsc::channel();
        let (progress, whole) = (Arc::clone(progress), Whole::of(inputs));
        let shown = io::stderr().is_terminal().then(|| bar(whole));
        let bar = shown.clone();
        let thread = std::thread::spawn(move || {
            let pause = if bar.is_some() { BAR } else { LOG };
            while is_over.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                let seen = progress.seen();
                match &bar {
                    Some(bar) => {
                        bar.set_position(seen.bytes);
                        bar.set_message(counts(seen, whole));
                    }
                    // Nobody is left to tell if stderr is closed.
                    None => drop(writeln!(io::stderr(), "{}", line(seen, whole))),
                }
            }
            if let Some(bar) = bar {
                bar.finish_and_clear();
            }
        });
        Self {
            over: Some(over),
            thread: Some(thread),
            bar: shown,
        }
    }

    /// What takes the bar away, for a process that exits without a drop.
    pub(crate) fn hider(&self) -> impl FnOnce() + Send + 'static {
        let bar = self.bar.clone();
        move || {
            if let Some(bar) = bar {
                bar.finish_and_clear();
            }
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.over = None;
        if let Some(thread) = self.thread.take() {
            // What it shows is gone either way.
            let _ = thread.join();
        }
    }
}

fn bar(whole: Whole) -> ProgressBar {
    let (length, template) = match whole.bytes {
        Some(bytes) => (
            Some(bytes),
            "{bar:24} {percent:>3}% of {decimal_total_bytes}, {decimal_bytes_per_sec}, {eta} left; {wide_msg}",
        ),
        None => (
            None,
            "{spinner} {decimal_bytes}, {decimal_bytes_per_sec}; {wide_msg}",
        ),
    };
    let bar = ProgressBar::with_draw_target(length, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("=> "));
    }
    bar
}

fn counts(seen: Seen, whole: Whole) -> String {
    let mut text = counted(seen.events, "event", "events");
    if seen.rejected > 0 {
        text.push_str(&format!(", {} rejected", thousands(seen.rejected)));
    }
    if whole.inputs > 1 {
        let (done, all) = (thousands(seen.inputs), thousands(whole.inputs));
        text.push_str(&format!(", {done} of {all} inputs"));
    }
    text
}

fn line(seen: Seen, whole: Whole) -> String {
    let read = match whole.bytes {
        Some(bytes) => {
            let share = seen.bytes.saturating_mul(100).checked_div(bytes);
            let share = share.unwrap_or_default();
            format!("{} of {} ({share}%)", size(seen.bytes), size(bytes))
        }
        _ => size(seen.bytes),
    };
    format!("{read}, {}", counts(seen, whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_log_says() {
        let seen = Seen {
            bytes: 1_500_000,
            events: 1_234,
            rejected: 0,
            inputs: 1,
            kept: 0,
        };
        let whole = Whole {
            inputs: 1,
            bytes: Some(3_000_000),
        };
        assert_eq!(line(seen, whole), "1.5 MB of 3.0 MB (50%), 1,234 events");
        let whole = Whole {
            inputs: 2_000,
            bytes: None,
        };
        let seen = Seen {
            rejected: 5,
            ..seen
        };
        assert_eq!(
            line(seen, whole),
            "1.5 MB, 1,234 events, 5 rejected, 1 of 2,000 inputs"
        );
    }
}
