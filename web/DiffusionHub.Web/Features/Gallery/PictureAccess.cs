using System.Linq.Expressions;
using System.Text.Json;
using DiffusionHub.Domain.Pictures;
using DiffusionHub.Domain.Requests;

namespace DiffusionHub.Web.Features.Gallery;

/// <summary>
/// Who sees which picture. One's own: always, with its words and settings, whatever became of it. Somebody else's: only while it is shared and stands as fine
/// or blurred; and a moderator, at a browser, those that wait for a decision (held, or shared and reported) for as long as they wait. Nobody else, moderators
/// and administrators included: to them it is as if there were no such picture. The file of a held picture goes to moderators only: if its owner had it,
/// holding it would hold nothing. That of a picture that was taken down goes to nobody; it stays in the store,
/// should the decision have to be looked at again.
/// </summary>
internal static class PictureAccess
{
    /// <summary>What everybody who may read sees.</summary>
    public static Expression<Func<Picture, bool>> IsShared { get; } = p => p.SharedAt != null && (p.Standing == PictureStanding.Fine || p.Standing == PictureStanding.Blurred);

    /// <summary>Whether the file may be sent to somebody who sees the picture.</summary>
    public static bool ShowsFile(Picture picture, bool moderates) => picture.Standing switch
    {
        PictureStanding.Fine or PictureStanding.Blurred => true,
        PictureStanding.Held => moderates,
        _ => false,
    };

    /// <summary>A picture as others see it: without the references to pictures that its owner gave, by which anybody could have those.</summary>
    public static Picture ForOthers(Picture p)
    {
        var request = JsonSerializer.Deserialize(p.Request, RequestJson.Default.GenerationRequest)!;
        var open = JsonSerializer.Serialize(request with { Init = null, Mask = null, Depth = null, Map = null, Control = null }, RequestJson.Default.GenerationRequest);
        return new Picture
        {
            Id = p.Id, OwnerId = p.OwnerId, JobId = p.JobId, GroupId = p.GroupId, Model = p.Model, Prompt = p.Prompt, Seed = p.Seed, Width = p.Width, Height = p.Height, Request = open,
            BlobKey = p.BlobKey, ThumbnailKey = p.ThumbnailKey, Bytes = p.Bytes, DeviceMilliseconds = p.DeviceMilliseconds, SharedAt = p.SharedAt, Standing = p.Standing,
            StandingReason = p.StandingReason, CreatedAt = p.CreatedAt,
        };
    }
}
