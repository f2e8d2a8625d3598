namespace DiffusionHub.Pipelines;

/// <summary>A request asks for what this model cannot do. The message is fit for people.</summary>
/// <param name="member">Member of the request document that it is about.</param>
/// <param name="message">What was asked, and what can be.</param>
public sealed class UnfitRequestException(string member, string message) : Exception(message)
{
    /// <summary>Member of the request document that it is about.</summary>
    public string Field => member;
}
