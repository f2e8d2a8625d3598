namespace DiffusionHub.Pipelines.Stages;

/// <summary>Stage: a picture as channels that the UNet gets beside the latents, in every step the same. Each family has its own.</summary>
internal interface IPictureChannels : IDisposable
{
    /// <summary>Loads what every request needs.</summary>
    void Load();

    /// <summary>Holds the request against what the model can take.</summary>
    /// <exception cref="UnfitRequestException">It cannot.</exception>
    void Check(PictureRequest request);

    /// <summary>The channels of a request that was checked, for each picture of the batch.</summary>
    ExtraChannels Make(PictureRequest request, LatentShape shape);
}
