namespace DiffusionHub.Inference;

/// <summary>A graph cannot be loaded or run. The message is meant for people: it names the file and what to do.</summary>
public class InferenceException : Exception
{
    /// <summary>With the fault of the runtime underneath.</summary>
    public InferenceException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
