namespace DiffusionHub.Pipelines.Catalogue;

/// <summary>What becomes of the files that are imported.</summary>
public enum ImportMode
{
    /// <summary>They are copied into the catalogue.</summary>
    Copy,

    /// <summary>They are moved into it.</summary>
    Move,

    /// <summary>They stay where they are, and the catalogue refers to them.</summary>
    InPlace,
}

/// <summary>What an import may be told.</summary>
public sealed record ImportOptions
{
    /// <summary>Name in the catalogue; null: from the file or folder.</summary>
    public string? Name { get; init; }

    /// <summary>What becomes of the files.</summary>
    public ImportMode Mode { get; init; }

    /// <summary>What the network of a single file predicts (<c>epsilon</c>, <c>v_prediction</c>); null: what the file tells.</summary>
    public string? PredictionType { get; init; }

    /// <summary>Licence, where its files do not state it.</summary>
    public string? Licence { get; init; }
}

/// <summary>What an import is doing.</summary>
public enum ImportStage
{
    /// <summary>Computing SHA-256.</summary>
    Hashing,

    /// <summary>Looking for NaN and infinity.</summary>
    Checking,

    /// <summary>Loading it and making a first picture.</summary>
    Testing,

    /// <summary>Copying files.</summary>
    Copying,
}

/// <summary>How far an import is.</summary>
/// <param name="Stage">What it is doing.</param>
/// <param name="Done">Bytes done of this stage.</param>
/// <param name="Total">Bytes of this stage; 0 where it is not counted.</param>
public sealed record ImportProgress(ImportStage Stage, long Done, long Total);

/// <summary>How an import ended.</summary>
/// <param name="Name">Name in the catalogue.</param>
/// <param name="Kind">One of <see cref="Folders.ModelKinds"/>.</param>
/// <param name="Entry">Its folder in the catalogue.</param>
/// <param name="AlreadyThere">True: the catalogue had it under that name, and nothing was done.</param>
/// <param name="Notes">What could not be told, and what was taken instead; for people.</param>
public sealed record ImportResult(string Name, string Kind, string Entry, bool AlreadyThere, IReadOnlyList<string> Notes);
