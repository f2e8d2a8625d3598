namespace DiffusionHub.Pipelines.LatentDiffusion;

/// <summary>How a family's runs begin, which is where latent models differ: what they take beside the text, and what is drawn first.</summary>
internal interface ILatentStarter : IDisposable
{
    /// <summary>Loads what every request needs.</summary>
    void Load();

    /// <summary>Holds a request against what the model takes, and brings its pictures into the form that it takes them in. Computes nothing.</summary>
    /// <exception cref="UnfitRequestException">The model cannot do what it asks for.</exception>
    PictureRequest Fit(PictureRequest request);

    /// <summary>The first state, and what goes with it all the way.</summary>
    LatentStart Begin(StartingPoint point);
}
