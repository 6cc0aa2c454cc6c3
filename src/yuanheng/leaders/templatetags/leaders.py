"""The sentences of a picture, for templates."""

from django import template

from yuanheng.leaders.brief import places_words, project_words, target_words

register = template.Library()
register.filter("places_words", places_words)
register.filter("project_words", project_words)
register.filter("target_words", target_words)
