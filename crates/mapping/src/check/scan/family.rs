//! Which quoting habits a file has.

/// Languages that write strings alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::check) enum Family {
    /// Python.
    Python,
    /// JavaScript and TypeScript: template literals.
    Script,
    /// Go: raw strings in back quotes.
    Go,
    /// Rust: raw strings with number signs, lifetimes.
    Rust,
    /// Java, C# and others with C's strings.
    Code,
    /// Bourne shells.
    Shell,
    /// PowerShell.
    PowerShell,
    /// YAML.
    Yaml,
    /// Terraform.
    Hcl,
    /// SQL and Visual Basic: doubled quotes.
    Doubled,
    /// Anything else: text, Markdown, configuration, queries of any kind.
    Other,
}

impl Family {
    /// Tells by the name of a file, or by its first line.
    pub(in crate::check) fn of(name: &str, text: &str) -> Self {
        let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
        let extension = file
            .rsplit_once('.')
            .map_or("", |(_, extension)| extension)
            .to_ascii_lowercase();
        match extension.as_str() {
            "py" | "pyi" | "pyw" | "star" | "bzl" => Self::Python,
            "js" | "mjs" | "cjs" | "jsx" | "ts" | "mts" | "cts" | "tsx" | "vue" | "svelte" => {
                Self::Script
            }
            "go" => Self::Go,
            "rs" => Self::Rust,
            "java" | "kt" | "kts" | "cs" | "c" | "h" | "cc" | "cpp" | "hpp" | "swift" | "scala"
            | "groovy" | "php" | "dart" | "rb" | "pl" | "pm" | "lua" | "r" => Self::Code,
            "sh" | "bash" | "zsh" | "ksh" | "fish" | "bats" => Self::Shell,
            "ps1" | "psm1" | "psd1" => Self::PowerShell,
            "yml" | "yaml" => Self::Yaml,
            "tf" | "tfvars" | "hcl" => Self::Hcl,
            "sql" | "vb" | "vbs" | "bas" | "csv" => Self::Doubled,
            "" => match text.lines().next() {
                Some(first) if !first.starts_with("#!") => Self::Other,
                Some(first) if first.contains("python") => Self::Python,
                Some(first) if first.ends_with("sh") => Self::Shell,
                Some(first) if first.contains("pwsh") => Self::PowerShell,
                Some(first) if first.contains("node") => Self::Script,
                _ => Self::Other,
            },
            _ => Self::Other,
        }
    }

    /// Whether what stands outside of quotes is a program, not text.
    pub(in crate::check) fn is_code(self) -> bool {
        !matches!(self, Self::Yaml | Self::Other | Self::Doubled)
    }
}
