namespace DiffusionHub.Web.Features.Studio.Parts;

/// <summary>A picture that a request begins with or reads.</summary>
/// <param name="Reference"><c>upload:HASH</c>, or <c>picture:ID</c> of the Gallery.</param>
/// <param name="Width">In pixels; null where it is not known here.</param>
/// <param name="Height">In pixels; null where it is not known here.</param>
public sealed record ChosenPicture(string Reference, int? Width, int? Height)
{
    /// <summary>Address of the file.</summary>
    public string Address => Place(Reference) + ".png";

    /// <summary>Address of a small copy.</summary>
    public string Thumbnail => Place(Reference) + "/thumbnail.webp";

    /// <summary>One of the owner's pictures.</summary>
    public static ChosenPicture OfGallery(Guid id, int width, int height) => new($"picture:{id}", width, height);

    private static string Place(string reference) => $"/{reference[..reference.IndexOf(':', StringComparison.Ordinal)]}s/{reference[(reference.IndexOf(':', StringComparison.Ordinal) + 1)..]}";
}
