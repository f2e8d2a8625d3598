using DiffusionHub.Domain.Pictures;

namespace DiffusionHub.Web.Features.Gallery;

/// <summary>What the wall shows of a picture; small, because an endless wall holds many.</summary>
/// <param name="Id">The picture.</param>
/// <param name="Prompt">The beginning of its prompt.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
/// <param name="Standing">One of <see cref="PictureStanding"/>.</param>
/// <param name="Maker">Its maker's name, where the wall is everybody's.</param>
public sealed record WallPicture(Guid Id, string Prompt, int Width, int Height, string Standing, string? Maker = null)
{
    private const int MostCharacters = 300;

    internal static WallPicture From(Picture picture) => From(picture, null);

    internal static WallPicture From(Picture picture, string? maker) => new(picture.Id, Short(picture.Prompt), picture.Width, picture.Height, picture.Standing, maker);

    private static string Short(string prompt) => prompt.Length <= MostCharacters ? prompt
        : string.Concat(prompt.AsSpan(0, char.IsHighSurrogate(prompt[MostCharacters - 1]) ? MostCharacters - 1 : MostCharacters), "…");
}
