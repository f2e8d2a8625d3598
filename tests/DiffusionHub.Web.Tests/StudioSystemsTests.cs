using DiffusionHub.Domain.Models;
using DiffusionHub.Domain.Requests;
using DiffusionHub.Web.Features.Studio;
using DiffusionHub.Web.Features.Studio.Parts;
using Shouldly;
using Xunit;

namespace DiffusionHub.Web.Tests;

/// <summary>The Studio's form for models that are no text-to-image models.</summary>
public sealed class StudioSystemsTests
{
    private readonly StudioForm _form = new() { Model = "sprout", Steps = "4" };

    [Fact]
    public void A_model_without_words_needs_none_and_gets_none()
    {
        var model = Make.Model with { Tasks = [ModelTasks.Unconditional], WithoutPrompt = true, WithoutGuidance = true };
        _form.Prompt = "left over";
        _form.Negative = "left over";
        _form.Guidance = "7";
        var request = _form.Read(model).ShouldNotBeNull();
        (request.Prompt, request.NegativePrompt, request.Guidance).ShouldBe(("", null, null));
        Job(request).Title.ShouldBe("From sprout");
    }

    [Fact]
    public void A_class_is_sent_and_comes_back()
    {
        var model = Make.Model with { Tasks = [ModelTasks.ClassToImage], Classes = 3, WithoutPrompt = true };
        _form.Read(model).ShouldBeNull();
        _form.Errors.ShouldContainKey("classLabel");
        _form.Subject.Class = "2";
        var request = _form.Read(model).ShouldNotBeNull();
        request.ClassLabel.ShouldBe("2");
        _form.Use(request);
        _form.Subject.Class.ShouldBe("2");
        _form.Read(Make.Model with { WithoutPrompt = true })!.ClassLabel.ShouldBeNull();
    }

    [Fact]
    public void A_map_is_needed_by_a_model_of_maps()
    {
        var model = Make.Model with { Tasks = [ModelTasks.SemanticToImage], MapClasses = 9 };
        _form.Read(model).ShouldBeNull();
        _form.Errors.Keys.ShouldBe(["map"]);
        _form.Subject.Map = new ChosenPicture("upload:m", null, null);
        _form.Read(model)!.Map.ShouldBe("upload:m");
    }

    [Fact]
    public void An_upscaler_needs_a_picture_and_no_words_and_no_strength()
    {
        var model = Make.Model with { Tasks = [ModelTasks.Upscaling], UpscaleFactor = 4, MaxNoiseLevel = 350, DefaultNoiseLevel = 20 };
        _form.Read(model).ShouldBeNull();
        _form.Errors.Keys.ShouldBe(["init"]);
        _form.StartFrom(new ChosenPicture("upload:a", 64, 64));
        _form.Edit.NoiseLevel = "351";
        _form.Read(model).ShouldBeNull();
        _form.Errors.Keys.ShouldBe(["noiseLevel"]);
        _form.Edit.NoiseLevel = "100";
        var request = _form.Read(model).ShouldNotBeNull();
        (request.Init, request.NoiseLevel, request.Strength, request.Width).ShouldBe(("upload:a", 100, null, null));
        StudioForm.TakesSizes(model).ShouldBeFalse();
    }

    [Fact]
    public void Depth_goes_with_its_picture()
    {
        var model = Make.Model with { Tasks = [ModelTasks.DepthToImage], EstimatesDepth = true };
        _form.Prompt = "a fox";
        _form.StartFrom(new ChosenPicture("upload:a", 64, 64));
        _form.Edit.Depth = new ChosenPicture("upload:d", 64, 64);
        var request = _form.Read(model).ShouldNotBeNull();
        (request.Depth, request.Strength).ShouldBe(("upload:d", 0.6));
        _form.Read(Make.Model)!.Depth.ShouldBeNull();
    }

    [Fact]
    public void An_inversion_needs_its_caption_and_a_whole_picture()
    {
        var model = Make.Model with { Tasks = [.. Make.Model.Tasks, ModelTasks.ImageToImage, ModelTasks.Inpainting, ModelTasks.Editing] };
        _form.Prompt = "a cat";
        _form.Edit.Inverts = true;
        _form.Read(model)!.Inversion.ShouldBeNull();
        _form.StartFrom(new ChosenPicture("upload:a", 64, 64));
        _form.Read(model).ShouldBeNull();
        _form.Errors.Keys.ShouldBe(["inversion.caption"]);
        _form.Edit.Caption = " a dog ";
        var request = _form.Read(model).ShouldNotBeNull();
        request.Inversion.ShouldBe(new InversionRequest("a dog"));
        _form.Use(request with { Inversion = new InversionRequest("a dog", 0.9) });
        _form.Read(model)!.Inversion.ShouldBe(new InversionRequest("a dog", 0.9));
        _form.Start.TakeMask(new ChosenPicture("upload:m", null, null));
        _form.Read(model)!.Inversion.ShouldBeNull();
    }

    [Fact]
    public void A_guide_is_sent_with_what_it_shall_see()
    {
        var model = Make.Model with { TakesGuides = true, Tasks = [.. Make.Model.Tasks, ModelTasks.Editing] };
        _form.Prompt = "a cat";
        _form.Guide.Network = "clip";
        _form.Guide.Target = " a dog ";
        _form.Guide.Scale = "x";
        _form.Read(model).ShouldBeNull();
        _form.Errors.Keys.ShouldBe(["guide.scale"]);
        _form.Guide.Scale = "2,5";
        _form.Guide.Rounds = "50";
        var request = _form.Read(model).ShouldNotBeNull();
        request.Guide.ShouldBe(new GuideRequest("clip", "a dog", 2.5, 50));
        _form.Use(request);
        _form.Read(model)!.Guide.ShouldBe(request.Guide);
        _form.Read(Make.Model)!.Guide.ShouldBeNull();
        _form.Read(model with { Tasks = [ModelTasks.TextToImage, ModelTasks.ImageToImage] })!.Guide!.Rounds.ShouldBeNull();
    }

    private static StudioJob Job(GenerationRequest request) => new() { JobId = 1, GroupId = Guid.Empty, Request = request, State = Domain.Jobs.JobState.Enqueued };
}
