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

    fn cpu(&self) -> Option<f64> {
        self.median(|it| it.cpu)
    }

    fn wall(&self) -> Option<f64> {
        self.median(|it| it.wall)
    }
}

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
    let straightforward = find("straight").and_then(Measured::cpu);
    for one in measured {
        let label = if one.row.name == "straight" {
            format!("(i) {}", one.row.label)
        } else {
            one.row.label.to_owned()
        };
        let (Some(cpu), Some(wall)) = (one.cpu(), one.wall()) else {
            println!("| {label} | not installed | | | |");
            continue;
        };
        let times = straightforward.map_or(String::new(), |other| format!("{:.2}", cpu / other));
        let peak = one.median(|it| it.peak_kib).unwrap_or_default() / 1024.0;
        println!("| {label} | {cpu:.0} | {times} | {wall:.0} | {peak:.0} |");
    }
    let ratio = |over: Option<f64>, under: Option<f64>| Some(over? / under?);
    let (cpu, wall) = (
        |name: &str| find(name).and_then(Measured::cpu),
        |name: &str| find(name).and_then(Measured::wall),
    );
    println!();
    for (what, ratio, bar) in [
        (
            "straightforward serde_json, a core",
            ratio(cpu("ours"), cpu("straight")),
            6.0,
        ),
        (
            "itself on one core, two threads by the clock",
            ratio(wall("ours-2"), cpu("ours")),
            1.8,
        ),
        (
            "Python with orjson, a core",
            ratio(cpu("ours"), cpu("orjson")),
            20.0,
        ),
        (
            "gzip decoding alone, by the clock",
            ratio(wall("ours-gzip"), wall("gzip")),
            0.85,
        ),
        (
            "with checksums, the straightforward one with them, a core",
            ratio(cpu("folder"), cpu("straight-file")),
            0.0,
        ),
        (
            "with checksums, itself on one core, by the clock",
            ratio(wall("folder-2"), cpu("folder")),
            0.0,
        ),
    ] {
        let Some(ratio) = ratio else { continue };
        let verdict = match bar {
            0.0 => String::new(),
            bar if ratio >= bar => format!("; the bar of {bar} holds"),
            bar => format!("; MISSES the bar of {bar}"),
        };
        println!("{ratio:.2} times {what}{verdict}");
    }
}
