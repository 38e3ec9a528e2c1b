//! The table, and whether the bars hold.

use crate::rows::Row;

/// What one run took; of a table, megabytes a second of processor and of clock.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figures {
    pub(crate) cpu: f64,
    pub(crate) wall: f64,
    pub(crate) peak_kib: f64,
}

/// A row with the figures of its runs.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) row: &'static Row,
    pub(crate) runs: Vec<Figures>,
}

impl Measured {
    pub(crate) fn new(row: &'static Row) -> Self {
        Self {
            row,
            runs: Vec::new(),
        }
    }

    /// The median of one figure; `None` where nothing ran.
    fn median(&self, figure: impl Fn(&Figures) -> f64) -> Option<f64> {
        let mut figures: Vec<f64> = self.runs.iter().map(figure).collect();
        figures.sort_by(f64::total_cmp);
        figures.get(figures.len() / 2).copied()
    }
}

fn cpu(figures: &Figures) -> f64 {
    figures.cpu
}

fn wall(figures: &Figures) -> f64 {
    figures.wall
}

/// A figure of a row.
type Figure = (&'static str, fn(&Figures) -> f64);

/// How many times one figure is to be another, if there is such a bar.
struct Bar {
    what: &'static str,
    over: Figure,
    under: Figure,
    bar: Option<f64>,
}

const BARS: &[Bar] = &[
    Bar {
        what: "straightforward serde_json, a core",
        over: ("ours", cpu),
        under: ("straight", cpu),
        bar: Some(6.0),
    },
    Bar {
        what: "itself on one core, two threads by the clock",
        over: ("ours-2", wall),
        under: ("ours", cpu),
        bar: Some(1.8),
    },
    Bar {
        what: "Python with orjson, a core",
        over: ("ours", cpu),
        under: ("orjson", cpu),
        bar: Some(20.0),
    },
    Bar {
        what: "gzip decoding alone, by the clock",
        over: ("ours-gzip", wall),
        under: ("gzip", wall),
        bar: Some(0.85),
    },
    Bar {
        what: "with checksums, the straightforward one with them, a core",
        over: ("folder", cpu),
        under: ("straight-file", cpu),
        bar: None,
    },
    Bar {
        what: "with checksums, itself on one core, by the clock",
        over: ("folder-2", wall),
        under: ("folder", cpu),
        bar: None,
    },
];

/// Prints the table of `measured` over an archive of `size` bytes.
pub(crate) fn print(measured: &[Measured], size: u64) {
    let runs = measured.first().map_or(0, |one| one.runs.len());
    println!(
        "\n{} MB of NDJSON; medians of {runs} runs\n",
        size / 1_000_000
    );
    println!("| program | MB/s a core | times (i) | MB/s by the clock | peak MiB |");
    println!("|---|---:|---:|---:|---:|");
    let find = |name: &str| measured.iter().find(|one| one.row.name == name);
    let straightforward = find("straight").and_then(|it| it.median(cpu));
    for one in measured {
        let label = if one.row.name == "straight" {
            format!("(i) {}", one.row.label)
        } else {
            one.row.label.to_owned()
        };
        let (Some(cpu), Some(wall)) = (one.median(cpu), one.median(wall)) else {
            println!("| {label} | not installed | | | |");
            continue;
        };
        let times = straightforward.map_or(String::new(), |other| format!("{:.2}", cpu / other));
        let peak = one.median(|it| it.peak_kib).unwrap_or_default() / 1024.0;
        println!("| {label} | {cpu:.0} | {times} | {wall:.0} | {peak:.0} |");
    }
    println!("\nOf each round, the median (and the least and the most):\n");
    for bar in BARS {
        let (Some(over), Some(under)) = (find(bar.over.0), find(bar.under.0)) else {
            continue;
        };
        // Of each round by itself: a clock that changes does so for both.
        let mut ratios: Vec<f64> = over
            .runs
            .iter()
            .zip(&under.runs)
            .map(|(one, other)| (bar.over.1)(one) / (bar.under.1)(other))
            .collect();
        ratios.sort_by(f64::total_cmp);
        let (Some(ratio), Some(least), Some(most)) =
            (ratios.get(ratios.len() / 2), ratios.first(), ratios.last())
        else {
            continue;
        };
        let verdict = match bar.bar {
            None => String::new(),
            Some(bar) if *ratio >= bar => format!("; the bar of {bar} holds"),
            Some(bar) => format!("; MISSES the bar of {bar}"),
        };
        println!(
            "{ratio:.2} ({least:.2} to {most:.2}) times {}{verdict}",
            bar.what
        );
    }
}
