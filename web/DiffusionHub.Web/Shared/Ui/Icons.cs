namespace DiffusionHub.Web.Shared.Ui;

/// <summary>SVG bodies of the hub's icons.</summary>
internal static class Icons
{
    public static readonly IReadOnlyDictionary<string, string> Paths = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["studio"] = """<path d="M12 3l1.9 5.6L19.5 10.5l-5.6 1.9L12 18l-1.9-5.6L4.5 10.5l5.6-1.9z"/><path d="M19 16v5M16.5 18.5h5"/>""",
        ["gallery"] = """<rect x="3" y="3" width="8" height="8" rx="2"/><rect x="13" y="3" width="8" height="8" rx="2"/><rect x="3" y="13" width="8" height="8" rx="2"/><rect x="13" y="13" width="8" height="8" rx="2"/>""",
        ["admin"] = """<path d="M4 7h9M19 7h1M4 17h1M11 17h9"/><circle cx="16" cy="7" r="2.5"/><circle cx="8" cy="17" r="2.5"/>""",
        ["theme"] = """<circle cx="12" cy="12" r="8.5"/><path d="M12 3.5v17a8.5 8.5 0 0 0 0-17z" fill="currentColor"/>""",
        ["dice"] = """<rect x="4" y="4" width="16" height="16" rx="4"/><path d="M8.5 8.5h.01M15.5 8.5h.01M12 12h.01M8.5 15.5h.01M15.5 15.5h.01" stroke-width="2.6"/>""",
        ["close"] = """<path d="M6 6l12 12M18 6L6 18"/>""",
        ["left"] = """<path d="M15 5l-7 7 7 7"/>""",
        ["right"] = """<path d="M9 5l7 7-7 7"/>""",
        ["download"] = """<path d="M12 4v11M7 11l5 5 5-5M5 20h14"/>""",
        ["reuse"] = """<path d="M4 12a8 8 0 0 1 13.7-5.6L20 8.5M20 4v4.5h-4.5"/><path d="M20 12a8 8 0 0 1-13.7 5.6L4 15.5M4 20v-4.5h4.5"/>""",
        ["pause"] = """<path d="M9 5v14M15 5v14"/>""",
        ["play"] = """<path d="M8 5l11 7-11 7z"/>""",
        ["alert"] = """<path d="M12 4l9 16H3z"/><path d="M12 10v4M12 17h.01"/>""",
        ["queue"] = """<path d="M4 6h16M4 12h16M4 18h10"/>""",
        ["worker"] = """<rect x="6" y="6" width="12" height="12" rx="2.5"/><path d="M9 2.5v3.5M15 2.5v3.5M9 18v3.5M15 18v3.5M2.5 9H6M2.5 15H6M18 9h3.5M18 15h3.5"/>""",
        ["picture"] = """<rect x="3" y="4" width="18" height="16" rx="3"/><circle cx="8.5" cy="9.5" r="1.6"/><path d="M4 17l5-4.5 3.5 3 3.5-4 4 4.5"/>""",
        ["brush"] = """<path d="M20 4c-5 2-8.5 5.5-10 9l2 2c3.500-1.500 6.500-5.500 8-11z"/><path d="M9 14c-3 0-3.500 2.500-3.500 4-.5 1-1.500 1.500-2.500 1.500 3 1.500 8 1 8-3.500z"/>""",
        ["eraser"] = """<path d="M8 20l-4-4a1.500 1.500 0 0 1 0-2L14 4a1.500 1.500 0 0 1 2 0l4 4a1.500 1.500 0 0 1 0 2L10 20zM9 9l6 6M8 20h12"/>""",
        ["undo"] = """<path d="M9 5L4 10l5 5"/><path d="M4 10h10a6 6 0 0 1 0 12h-3" transform="translate(0 -2)"/>""",
        ["plus"] = """<path d="M12 5v14M5 12h14"/>""",
        ["broom"] = """<path d="M19 4l-7 8M9.5 10.500l4 4-3 5.500H4l1.500-6z"/>""",
        ["lane"] = """<path d="M3 6h11M3 12h18M3 18h7"/><path d="M17 3l3 3-3 3M13 15l3 3-3 3"/>""",
        ["people"] = """<circle cx="9" cy="8" r="3.5"/><path d="M2.5 20c.5-4 3-6 6.5-6s6 2 6.500 6"/><path d="M16 4.800a3.500 3.500 0 0 1 0 6.400M18 14.400c2 .8 3.200 2.600 3.500 5.600"/>""",
        ["health"] = """<path d="M3 12h4l2.500-6 4 12 2.500-6h5"/>""",
        ["drain"] = """<path d="M5 4h14l-5.500 7v7l-3 2v-9z"/>""",
        ["lock"] = """<rect x="5" y="11" width="14" height="9" rx="2.5"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>""",
        ["person"] = """<circle cx="12" cy="8" r="4"/><path d="M4.500 20c.7-4.200 3.600-6.300 7.500-6.300s6.800 2.100 7.500 6.300"/>""",
        ["key"] = """<circle cx="8" cy="15" r="4"/><path d="M11 12l8.500-8.500M16 7l3 3"/>""",
        ["scroll"] = """<path d="M7 3h12v14a4 4 0 0 1-4 4H5a2.500 2.500 0 0 1-2-4h10v2a2 2 0 0 0 4 0"/><path d="M7 3v14M11 8h4M11 12h4"/>""",
        ["model"] = """<path d="M12 3l8 4.5v9L12 21l-8-4.5v-9z"/><path d="M4 7.5l8 4.5 8-4.5M12 12v9"/>""",
    };
}
