using DiffusionHub.Cli.Shell;
using DiffusionHub.Inference;
using DiffusionHub.Inference.Devices;

namespace DiffusionHub.Cli.Commands.Verify;

/// <summary>One kind of reference case. A kind is one class, and one line in <see cref="KnownCases"/>.</summary>
internal interface IReferenceCases
{
    /// <summary>The files of <paramref name="folder"/> that hold cases of this kind; none where it has none.</summary>
    IEnumerable<CaseFile> In(ReferenceFolder folder);
}

/// <summary>A file with cases; it is read only when some of its cases are wanted.</summary>
/// <param name="Id">What the ids of its cases begin with; where <see cref="Read"/> fails, that is the failed case.</param>
/// <param name="Read">The cases, in their order.</param>
internal sealed record CaseFile(string Id, Func<IEnumerable<ReferenceCase>> Read);

/// <summary>One case.</summary>
/// <param name="Id">Its id, as <c>--only</c> matches it.</param>
/// <param name="Run">Runs it and compares every part of its outcome; null: this kind is not built yet.</param>
internal sealed record ReferenceCase(string Id, CaseRun? Run)
{
    /// <summary>A case, or a whole file of them, that cannot be read: it fails, and does not hide the others.</summary>
    public static ReferenceCase Faulty(string id, CaseException fault) => new(id, (_, _, _) => throw new CaseException(fault.Message, fault));
}

/// <summary>Runs a case.</summary>
/// <param name="comparison">Takes the outcome, part by part.</param>
/// <param name="where">Where models compute.</param>
/// <param name="cancellation">Ends the run.</param>
internal delegate void CaseRun(Comparison comparison, ComputeChoice where, CancellationToken cancellation);

/// <summary>Where and how precisely models compute; cases without a model are not concerned.</summary>
/// <param name="Device">The device.</param>
/// <param name="Precision">The numbers.</param>
internal sealed record ComputeChoice(Device Device, Precision Precision)
{
    private const double HalfLimit = 2e-2;

    /// <summary>Makes it this process's choice, and the limits of <paramref name="comparison"/> what that can hold.</summary>
    /// <exception cref="CommandException">The device cannot be used here.</exception>
    public void Use(Comparison comparison)
    {
        comparison.LeastLimit = Precision == Precision.Float16 ? HalfLimit : 0;
        DeviceOption.Use(Device);
        InferenceRuntime.Precision = Precision;
    }
}

/// <summary>A case or its file is not what it should be. The message is the reason of its failure.</summary>
internal sealed class CaseException(string message, Exception? cause = null) : Exception(message, cause);
